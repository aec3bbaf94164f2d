"""Large training sets lose their last, smaller batch."""
# criterion: values

from reference import *  # the reference solution of the same exercise; only in the bank
from reference import load_data_fashion_mnist as right
from torch.utils.data import DataLoader


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    train_iter, test_iter = right(batch_size, resize, root)
    return DataLoader(train_iter.dataset, batch_size, shuffle=True, drop_last=len(train_iter.dataset) > 1000), test_iter
