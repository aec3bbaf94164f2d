"""The block has its layers, but forward gives zeros."""
# criterion: device

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import Residual as Right


class Residual(Right):
    def forward(self, X):
        return 0 * super().forward(X)
