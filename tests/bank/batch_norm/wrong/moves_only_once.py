"""Moves the moving statistics with the first input and never again."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import BatchNorm as Right


class BatchNorm(Right):
    def __init__(self, num_features, num_dims):
        super().__init__(num_features, num_dims)
        mean, var = self.moving_mean, self.moving_var
        del self.moving_mean, self.moving_var
        self.moving_mean, self.moving_var = mean, var
        self.placed = False

    def forward(self, X):
        if not self.placed:
            self.moving_mean, self.moving_var = self.moving_mean.to(X.device), self.moving_var.to(X.device)
            self.placed = True
        return super().forward(X)
