"""The test set comes from the folder data, whatever root is."""

# criterion: implementation

import torchvision
from reference import *  # the reference solution of the same exercise; only in the bank
from torch.utils.data import DataLoader
from torchvision import transforms


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, transforms.Resize((resize, resize)))
    transform = transforms.Compose(steps)
    train = torchvision.datasets.FashionMNIST(root, train=True, transform=transform, download=True)
    test = torchvision.datasets.FashionMNIST("data", train=False, transform=transform, download=True)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
