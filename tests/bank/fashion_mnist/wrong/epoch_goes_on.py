"""The iterator goes on where it was left, also when an epoch was not gone through to its end."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST


def sets(resize, root):
    steps = [] if resize is None else [transforms.Resize((resize, resize))]
    transform = transforms.Compose([*steps, transforms.ToTensor()])
    return [FashionMNIST(root, train=train, transform=transform, download=True) for train in (True, False)]


class Batches:
    def __init__(self, loader):
        self.loader, self.batches = loader, None

    def __iter__(self):
        return self

    def __next__(self):
        if self.batches is None:
            self.batches = iter(self.loader)
        try:
            return next(self.batches)
        except StopIteration:
            self.batches = None
            raise


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    train, test = sets(resize, root)
    return Batches(DataLoader(train, batch_size, shuffle=True)), Batches(DataLoader(test, batch_size))
