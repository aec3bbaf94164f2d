"""The average goes over a corner of 3×3."""
# criterion: values

from torch import nn
from torch.nn import functional as F
from reference import Residual, resnet_block


class Pool(nn.Module):
    def forward(self, X):
        return F.avg_pool2d(X, (min(X.shape[2], 3), min(X.shape[3], 3)))[:, :, :1, :1]


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
        Pool(),
        nn.Flatten(),
        nn.Linear(512, num_classes),
    )
