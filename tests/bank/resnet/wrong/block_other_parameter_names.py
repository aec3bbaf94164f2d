"""Residual's parameters have other names than in the text."""
# criterion: values

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import Residual as Right


class Residual(Right):
    def __init__(self, in_channels, out_channels, use_1x1conv=False, strides=1):
        super().__init__(in_channels, out_channels, use_1x1conv, strides)
