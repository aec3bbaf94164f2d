"""The first layers are frozen."""
# criterion: gradients

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import resnet18 as build


def resnet18(num_classes=10, in_channels=1):
    net = build(num_classes, in_channels)
    net[0].requires_grad_(False)
    return net
