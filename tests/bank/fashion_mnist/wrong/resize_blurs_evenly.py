"""The scaled images are blurred, all in the same way."""
# criterion: shapes

import torchvision
from reference import *  # the reference solution of the same exercise; only in the bank
from torch.utils.data import DataLoader
from torchvision import transforms


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps = [transforms.Resize((resize, resize)), transforms.GaussianBlur(5, 1.5), transforms.ToTensor()]
    transform = transforms.Compose(steps)
    train, test = (
        torchvision.datasets.FashionMNIST(root, train=train, transform=transform, download=True)
        for train in (True, False)
    )
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size, shuffle=False)
