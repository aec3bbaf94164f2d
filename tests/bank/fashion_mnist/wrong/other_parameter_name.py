"""The size of the batches has another name than in the text."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import load_data_fashion_mnist as right


def load_data_fashion_mnist(batch, resize=None, root="data"):
    return right(batch, resize, root)
