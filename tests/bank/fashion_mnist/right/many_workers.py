"""As many processes as a large machine has cores, and they stay."""

import torchvision
from reference import *
from torch.utils import data
from torchvision import transforms


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    transform = transforms.Compose([*([transforms.Resize(resize)] if resize else []), transforms.ToTensor()])
    train, test = (
        torchvision.datasets.FashionMNIST(root, train, transform, download=True) for train in (True, False)
    )
    options = {"num_workers": 16, "persistent_workers": True}
    return data.DataLoader(train, batch_size, shuffle=True, **options), data.DataLoader(test, batch_size, **options)
