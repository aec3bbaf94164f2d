"""resnet_block's last parameter has another name."""
# criterion: shapes

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


from reference import resnet_block as right


def resnet_block(input_channels, num_channels, num_residuals, first=False):
    return right(input_channels, num_channels, num_residuals, first)
