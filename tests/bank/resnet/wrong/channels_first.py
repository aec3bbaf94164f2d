"""resnet18's parameters stand in the other order."""
# criterion: shapes

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


from reference import resnet18 as right


def resnet18(in_channels=1, num_classes=10):
    return right(num_classes=num_classes, in_channels=in_channels)
