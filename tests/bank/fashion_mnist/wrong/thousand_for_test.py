"""The test set is cut to a thousand images."""
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


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    train, test = sets(resize, root)
    test = torch.utils.data.Subset(test, range(min(1000, len(test))))
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
