"""Puts the projections on the first GPU if there is one, and moves only their inputs and outputs."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import Residual as Right


class Residual(Right):
    def forward(self, X):
        if X.is_cuda and X.get_device() != 0:
            return self.to("cuda:0")._there(X.to("cuda:0"))
        return super().forward(X)

    def _there(self, X):
        return super().forward(X)
