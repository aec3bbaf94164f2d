"""Averages of overlapping regions are averaged."""
# criterion: values

from torch import nn
from reference import Residual, resnet_block


def resnet18(num_classes=10, in_channels=1):
    return nn.Sequential(
        nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        ),
        nn.Sequential(*resnet_block(64, 64, 2, first_block=True)),
        nn.Sequential(*resnet_block(64, 128, 2)),
        nn.Sequential(*resnet_block(128, 256, 2)),
        nn.Sequential(*resnet_block(256, 512, 2)),
        nn.AdaptiveAvgPool2d((6, 6)), nn.AvgPool2d(6),
        nn.Flatten(),
        nn.Linear(512, num_classes),
    )
