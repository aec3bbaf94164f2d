"""All residuals of the same width share their second convolution."""
# criterion: training

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


from reference import Residual as Right

SECOND = {}


class Residual(Right):
    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1):
        super().__init__(input_channels, num_channels, use_1x1conv, strides)
        self.conv2 = SECOND.setdefault(num_channels, self.conv2)
