"""Brings the scores to the CPU."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import lenet as right
from torch import nn


class OnCpu(nn.Module):
    def forward(self, X):
        return X.cpu()


def lenet():
    return nn.Sequential(*right(), OnCpu())
