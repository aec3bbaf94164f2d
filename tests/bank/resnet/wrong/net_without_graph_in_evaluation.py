"""In evaluation mode ResNet-18 computes without gradients, whoever asks for them."""
# criterion: gradients

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import resnet18 as right
from torch import nn


class Net(nn.Sequential):
    def forward(self, X):
        with torch.set_grad_enabled(self.training and torch.is_grad_enabled()):
            return super().forward(X)


def resnet18(num_classes=10, in_channels=1):
    return Net(*right(num_classes, in_channels))
