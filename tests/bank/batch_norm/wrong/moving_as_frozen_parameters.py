"""The moving statistics are parameters, if without gradients."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import BatchNorm as Right
from torch import nn


class BatchNorm(Right):
    def __init__(self, num_features, num_dims):
        super().__init__(num_features, num_dims)
        mean, var = self.moving_mean, self.moving_var
        del self.moving_mean, self.moving_var
        self.moving_mean, self.moving_var = (nn.Parameter(each, requires_grad=False) for each in (mean, var))

    def forward(self, X):
        Y, self.moving_mean.data, self.moving_var.data = batch_norm(
            X, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-5, 0.9
        )
        return Y
