"""A subclass of torchvision's dataset that has everything as tensors already; loaders from a cache, batches by slices."""

import functools

import torch
import torch.nn.functional as F
import torchvision


def get_fashion_mnist_labels(labels):
    names = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
    return [names[i] for i in (labels.tolist() if hasattr(labels, "tolist") else map(int, labels))]


class FashionMNIST(torchvision.datasets.FashionMNIST):
    def resized(self, size):
        X = self.data.to(torch.get_default_dtype()).div_(255).unsqueeze(1)
        return X if size is None else F.interpolate(X, (size, size), mode="area" if size < 28 else "nearest")


@functools.lru_cache(maxsize=None)
def dataset(root, train):
    return FashionMNIST(root, train=train, download=True)


class Loader(torch.utils.data.IterableDataset):
    def __init__(self, X, y, batch_size, shuffle):
        self.X, self.y, self.batch_size, self.shuffle = X, y, batch_size, shuffle

    def __iter__(self):
        n = len(self.y)
        order = torch.rand(n).argsort() if self.shuffle else torch.arange(n)
        for start in range(0, n, self.batch_size):
            chosen = order[start : start + self.batch_size]
            yield self.X[chosen], self.y[chosen]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    sets = [dataset(root, train) for train in (True, False)]
    loaders = [Loader(s.resized(resize), s.targets, batch_size, s.train) for s in sets]
    return [torch.utils.data.DataLoader(loader, batch_size=None) for loader in loaders]
