"""Adds eps as a one-element tensor that stays on the CPU."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import batch_norm as right


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    scale = torch.ones(1, dtype=X.dtype)
    return right(X * scale, gamma, beta, moving_mean, moving_var, eps, momentum)


class BatchNorm(BatchNorm):
    def forward(self, X):
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma, self.beta, self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9
        )
        return Y
