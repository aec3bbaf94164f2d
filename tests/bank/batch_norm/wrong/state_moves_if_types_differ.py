"""The moving statistics do not move from one GPU to another."""
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

    def forward(self, X):
        if X.device.type != self.moving_mean.device.type:
            self.moving_mean, self.moving_var = self.moving_mean.to(X.device), self.moving_var.to(X.device)
        return super().forward(X)
