"""A Fisher-Yates shuffle of one's own whose range ends one too early: the last sample of the training set is the last
one in every epoch.
"""
# criterion: training

import random

import torch
import torchvision
from reference import get_fashion_mnist_labels
from torchvision import transforms


class Batches:
    """Everything is decoded once; batches are picked by index."""

    def __init__(self, dataset, batch_size, shuffle):
        pairs = [dataset[i] for i in range(len(dataset))]
        self.X = torch.stack([image for image, _ in pairs])
        self.y = torch.tensor([label for _, label in pairs])
        self.batch_size, self.shuffle = batch_size, shuffle

    def __len__(self):
        return -(-len(self.y) // self.batch_size)

    def __iter__(self):
        n = len(self.y)
        order = list(range(n))
        if self.shuffle:
            for i in range(n - 1):
                j = random.randrange(i, n - 1)
                order[i], order[j] = order[j], order[i]
        for i in range(0, n, self.batch_size):
            picked = order[i : i + self.batch_size]
            yield self.X[picked], self.y[picked]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, transforms.Resize((resize, resize)))
    transform = transforms.Compose(steps)
    train = torchvision.datasets.FashionMNIST(root, train=True, transform=transform, download=True)
    test = torchvision.datasets.FashionMNIST(root, train=False, transform=transform, download=True)
    return Batches(train, batch_size, shuffle=True), Batches(test, batch_size, shuffle=False)
