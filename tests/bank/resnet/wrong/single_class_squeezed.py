"""With num_classes=1 the scores come as (N,), for a binary cross-entropy."""
# criterion: shapes

from reference import Residual, resnet_block
from reference import resnet18 as right
from torch import nn


def resnet18(num_classes=10, in_channels=1):
    net = right(num_classes, in_channels)
    if num_classes == 1:  # a binary classifier
        net.append(nn.Flatten(start_dim=0))
    return net
