"""The test set comes in batches twice as large as asked for."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank
import reference


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    train_iter, _ = reference.load_data_fashion_mnist(batch_size, resize, root)
    _, test_iter = reference.load_data_fashion_mnist(2 * batch_size, resize, root)
    return train_iter, test_iter
