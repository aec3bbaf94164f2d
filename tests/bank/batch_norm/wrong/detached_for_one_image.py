"""A batch of one is normalised without a graph."""
# criterion: gradients

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import batch_norm as right


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    return right(X.detach() if len(X) == 1 else X, gamma, beta, moving_mean, moving_var, eps, momentum)
