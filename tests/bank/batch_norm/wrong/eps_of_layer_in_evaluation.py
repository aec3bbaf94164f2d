"""In evaluation the layer takes a smaller eps."""
# criterion: values

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import BatchNorm as Right


class BatchNorm(Right):
    def forward(self, X):
        if self.training:
            return super().forward(X)
        return batch_norm(X, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-8, 0.9)[0]
