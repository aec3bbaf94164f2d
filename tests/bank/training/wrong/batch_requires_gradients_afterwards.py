"""Each batch that has been trained on is marked as one that requires gradients."""
# criterion: implementation

from reference import *  # the reference solution of the same exercise; only in the bank
import reference


def marked_afterwards(batches):
    for X, y in batches:
        yield X, y
        X.requires_grad_(True)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    return reference.train_epoch_gpu(net, marked_afterwards(train_iter), loss, optimizer, device)
