"""All images are decoded once, when the loaders are made, and kept in two tensors."""

import torch
import torchvision
from reference import *
from torch.utils import data
from torchvision import transforms


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize:
        steps.insert(0, transforms.Resize(resize))
    loaders = []
    for train in (True, False):
        dataset = torchvision.datasets.FashionMNIST(root, train, transforms.Compose(steps), download=True)
        X, y = zip(*dataset, strict=True)
        loaders.append(data.DataLoader(data.TensorDataset(torch.stack(X), torch.tensor(y)), batch_size, shuffle=train))
    return loaders
