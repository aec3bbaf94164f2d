"""root is the fourth parameter, behind a number of workers."""
# criterion: implementation

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST


def sets(resize, root):
    steps = [] if resize is None else [transforms.Resize((resize, resize))]
    transform = transforms.Compose([*steps, transforms.ToTensor()])
    return [FashionMNIST(root, train=train, transform=transform, download=True) for train in (True, False)]


def load_data_fashion_mnist(batch_size, resize=None, num_workers=0, root="data"):
    train, test = sets(resize, root)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
