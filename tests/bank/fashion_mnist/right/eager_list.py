"""All images are decoded once, when the dataset is made, and kept in a list."""

import torchvision
from reference import *
from torch.utils import data
from torchvision import transforms


class Decoded(data.Dataset):
    def __init__(self, base):
        self.items = [base[i] for i in range(len(base))]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    transform = transforms.Compose([*([transforms.Resize(resize)] if resize else []), transforms.ToTensor()])
    train, test = (
        Decoded(torchvision.datasets.FashionMNIST(root, train, transform, download=True)) for train in (True, False)
    )
    return data.DataLoader(train, batch_size, shuffle=True), data.DataLoader(test, batch_size)
