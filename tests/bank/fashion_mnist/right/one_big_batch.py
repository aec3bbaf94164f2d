"""A first data loader makes one batch of all images, a second one deals it out."""

from reference import *
from torch.utils.data import DataLoader, TensorDataset
from torchvision.datasets import FashionMNIST
from torchvision.transforms import Compose, Resize, ToTensor


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    transform = Compose(([Resize((resize, resize))] if resize else []) + [ToTensor()])
    sets = [FashionMNIST(root, train=train, transform=transform, download=True) for train in (True, False)]
    tensors = [next(iter(DataLoader(part, batch_size=len(part)))) for part in sets]
    return tuple(
        DataLoader(TensorDataset(*part), batch_size, shuffle=not i) for i, part in enumerate(tensors)
    )
