"""Batches have 256 samples at most."""
# criterion: values

import reference
from reference import *  # the reference solution of the same exercise; only in the bank


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    return reference.load_data_fashion_mnist(min(batch_size, 256), resize, root)
