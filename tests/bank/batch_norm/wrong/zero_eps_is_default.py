"""Takes 1e-5 where eps is zero."""
# criterion: values

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import batch_norm as right


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    return right(X, gamma, beta, moving_mean, moving_var, eps or 1e-5, momentum)
