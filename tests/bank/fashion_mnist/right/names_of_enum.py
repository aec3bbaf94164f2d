"""The names are an enumeration of strings; Lanczos interpolation; the shuffling has a generator of its own."""

import enum

import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class Label(str, enum.Enum):
    T_SHIRT = "t-shirt"
    TROUSER = "trouser"
    PULLOVER = "pullover"
    DRESS = "dress"
    COAT = "coat"
    SANDAL = "sandal"
    SHIRT = "shirt"
    SNEAKER = "sneaker"
    BAG = "bag"
    ANKLE_BOOT = "ankle boot"


def get_fashion_mnist_labels(labels):
    names = list(Label)
    return [names[int(i)] for i in labels]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize:
        steps.insert(0, transforms.Resize((resize, resize), interpolation=transforms.InterpolationMode.LANCZOS))
    train, test = (
        datasets.FashionMNIST(root, train=train, transform=transforms.Compose(steps), download=True)
        for train in (True, False)
    )
    shuffled = DataLoader(train, batch_size, shuffle=True, generator=torch.Generator().manual_seed(7))
    return shuffled, DataLoader(test, batch_size)
