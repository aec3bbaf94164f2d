"""In evaluation mode a block computes without gradients, whoever asks for them."""
# criterion: gradients

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from reference import Residual as Right


class Residual(Right):
    def forward(self, X):
        with torch.set_grad_enabled(self.training and torch.is_grad_enabled()):
            return super().forward(X)
