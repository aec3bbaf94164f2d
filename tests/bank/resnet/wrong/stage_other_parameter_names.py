"""resnet_block's parameters have other names than in the text."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import resnet_block as right


def resnet_block(in_c, out_c, n, first_block=False):
    return right(in_c, out_c, n, first_block)
