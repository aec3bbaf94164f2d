"""An IterableDataset that shuffles by itself."""
import torch
import torchvision
from torch.utils import data
from torchvision import transforms
import random


def get_fashion_mnist_labels(labels):
    text_labels = ["t-shirt", "trouser", "pullover", "dress", "coat",
                   "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [text_labels[int(i)] for i in labels]


class Stream(data.IterableDataset):
    def __init__(self, base, shuffle):
        self.base, self.shuffle = base, shuffle

    def __len__(self):
        return len(self.base)

    def __iter__(self):
        order = list(range(len(self.base)))
        if self.shuffle:
            random.shuffle(order)
        for i in order:
            yield self.base[i]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    trans = [transforms.ToTensor()]
    if resize:
        trans.insert(0, transforms.Resize(resize))
    trans = transforms.Compose(trans)
    mnist_train = torchvision.datasets.FashionMNIST(
        root=root, train=True, transform=trans, download=True)
    mnist_test = torchvision.datasets.FashionMNIST(
        root=root, train=False, transform=trans, download=True)
    return (data.DataLoader(Stream(mnist_train, True), batch_size, num_workers=0),
            data.DataLoader(Stream(mnist_test, False), batch_size, num_workers=0))
