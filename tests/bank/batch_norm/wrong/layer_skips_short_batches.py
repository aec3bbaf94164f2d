"""The layer does not count a batch that is shorter than the first one was, such as an epoch's last."""
# criterion: training

import torch
from reference import *
from reference import BatchNorm as Right


class BatchNorm(Right):
    full = None

    def forward(self, X):
        self.full = self.full or len(X)
        if torch.is_grad_enabled() and len(X) < self.full:
            return batch_norm(X, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-5, 0.9)[0]
        return super().forward(X)
