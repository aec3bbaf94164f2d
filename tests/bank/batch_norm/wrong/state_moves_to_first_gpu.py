"""Moves the moving statistics to the first GPU wherever X is."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import BatchNorm as Right


class BatchNorm(Right):
    def __init__(self, num_features, num_dims):
        super().__init__(num_features, num_dims)
        self.mean, self.var = self.moving_mean, self.moving_var
        del self.moving_mean, self.moving_var
        self.moving_mean, self.moving_var = self.mean, self.var

    def forward(self, X):
        if X.is_cuda:
            self.moving_mean, self.moving_var = self.moving_mean.cuda(), self.moving_var.cuda()
        else:
            self.moving_mean, self.moving_var = self.moving_mean.to(X.device), self.moving_var.to(X.device)
        return super().forward(X)
