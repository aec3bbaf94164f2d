"""Moves its input to the first GPU if there is one."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import lenet as right
from torch import nn


class Placed(nn.Module):
    def forward(self, X):
        return X.cuda() if torch.cuda.is_available() else X


def lenet():
    return nn.Sequential(Placed(), *right())
