"""The images are divided by 255 once more than ToTensor does."""
# criterion: values

import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms
from reference import *  # the reference solution of the same exercise; only in the bank


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor(), lambda x: x / 255]
    if resize:
        steps.insert(0, transforms.Resize((resize, resize)))
    transform = transforms.Compose(steps)
    train = torchvision.datasets.FashionMNIST(root, train=True, transform=transform, download=True)
    test = torchvision.datasets.FashionMNIST(root, train=False, transform=transform, download=True)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
