"""Only the first half of the training set is shuffled."""
# criterion: training

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST


def sets(resize, root):
    steps = [] if resize is None else [transforms.Resize((resize, resize))]
    transform = transforms.Compose([*steps, transforms.ToTensor()])
    return [FashionMNIST(root, train=train, transform=transform, download=True) for train in (True, False)]


class Order(torch.utils.data.Sampler):
    def __init__(self, size, batch_size):
        self.size, self.batch_size = size, batch_size

    def __len__(self):
        return self.size

    def __iter__(self):
        half = self.size // 2
        return iter([*torch.randperm(half).tolist(), *range(half, self.size)])


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    train, test = sets(resize, root)
    return DataLoader(train, batch_size, sampler=Order(len(train), batch_size)), DataLoader(test, batch_size)
