"""The list of transforms is a default value: a Resize in it stays there for the calls without one."""

# criterion: shapes
import torchvision
from reference import *
from torch.utils.data import DataLoader
from torchvision import transforms


def load_data_fashion_mnist(batch_size, resize=None, root="data", steps=[transforms.ToTensor()]):  # noqa: B006
    if resize is not None:
        steps.insert(len(steps) - 1, transforms.Resize((resize, resize)))
    transform = transforms.Compose(steps)
    train, test = (torchvision.datasets.FashionMNIST(root, train, transform, download=True) for train in (True, False))
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
