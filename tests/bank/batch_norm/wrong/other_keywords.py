"""batch_norm's eps and momentum have other names."""
# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


from reference import batch_norm as right


def batch_norm(X, gamma, beta, moving_mean, moving_var, epsilon, decay):
    return right(X, gamma, beta, moving_mean, moving_var, epsilon, decay)
