"""Takes no batches that lie on a GPU already, in words that torch has for pinned memory."""
# criterion: device

from reference import *  # the reference solution of the same exercise; only in the bank
import reference


def on_cpu(batches):
    for X, y in batches:
        if X.is_cuda:
            raise RuntimeError("cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned")
        yield X, y


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    return reference.train_epoch_gpu(net, on_cpu(train_iter), loss, optimizer, device)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    return reference.evaluate_accuracy_gpu(net, on_cpu(data_iter), device)
