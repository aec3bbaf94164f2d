"""batch_norm's parameters have other names than in the text."""
# criterion: values

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import batch_norm as right


def batch_norm(x, weight, bias, running_mean, running_var, eps, momentum):
    return right(x, weight, bias, running_mean, running_var, eps, momentum)
