"""The layer normalises a batch of one with the moving statistics in training, too."""
# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


from reference import BatchNorm as Right


class BatchNorm(Right):
    def forward(self, X):
        if len(X) > 1 or not torch.is_grad_enabled():
            return super().forward(X)
        return self.gamma * (X - self.moving_mean) / (self.moving_var + 1e-5).sqrt() + self.beta
