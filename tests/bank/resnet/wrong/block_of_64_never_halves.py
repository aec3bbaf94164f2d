"""A stage from 64 to 64 channels is taken for the network's first one."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import resnet_block as right


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    first_block = first_block or input_channels == num_channels == 64
    return right(input_channels, num_channels, num_residuals, first_block)
