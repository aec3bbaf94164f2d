"""No DataLoader: the set is decoded once to a tensor, batches by index."""
import numpy as np
import torch
import torch.nn.functional as F
from torchvision.datasets import FashionMNIST

NAMES = "t-shirt,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot".split(",")


def get_fashion_mnist_labels(labels):
    if torch.is_tensor(labels):
        labels = labels.tolist()
    return [NAMES[int(label)] for label in labels]


class Batches:
    def __init__(self, dataset, batch_size, resize, shuffle):
        self.X = dataset.data.unsqueeze(1).float() / 255
        self.y = dataset.targets
        self.batch_size, self.resize, self.shuffle = batch_size, resize, shuffle

    def __len__(self):
        return -(-len(self.y) // self.batch_size)

    def __iter__(self):
        order = torch.randperm(len(self.y)) if self.shuffle else torch.arange(len(self.y))
        for index in order.split(self.batch_size):
            X = self.X[index]
            if self.resize is not None:
                X = F.interpolate(X, size=(self.resize, self.resize), mode="bilinear", antialias=True)
            yield X, self.y[index]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    return tuple(Batches(FashionMNIST(root, train), batch_size, resize, shuffle=train) for train in (True, False))
