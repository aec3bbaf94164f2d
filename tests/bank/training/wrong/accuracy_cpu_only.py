"""accuracy counts with numpy: no tensors on a GPU."""

# criterion: device

import numpy as np
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    return float(np.sum(y_hat.detach().numpy().argmax(axis=1) == y.numpy()))
