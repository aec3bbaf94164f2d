"""Chunks of ten come in random order, each shuffled."""
# criterion: training
import torch
import torchvision
from torch.utils import data
from torchvision import transforms


def get_fashion_mnist_labels(labels):
    text_labels = ["t-shirt", "trouser", "pullover", "dress", "coat",
                   "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [text_labels[int(i)] for i in labels]


class Chunks(data.Sampler):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __iter__(self):
        chunks = torch.arange(self.n).split(10)
        for c in torch.randperm(len(chunks)).tolist():
            yield from chunks[c][torch.randperm(len(chunks[c]))].tolist()


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    trans = [transforms.ToTensor()]
    if resize:
        trans.insert(0, transforms.Resize(resize))
    trans = transforms.Compose(trans)
    mnist_train = torchvision.datasets.FashionMNIST(
        root=root, train=True, transform=trans, download=True)
    mnist_test = torchvision.datasets.FashionMNIST(
        root=root, train=False, transform=trans, download=True)
    return (data.DataLoader(mnist_train, batch_size, sampler=Chunks(len(mnist_train)), num_workers=0),
            data.DataLoader(mnist_test, batch_size, shuffle=False, num_workers=0))
