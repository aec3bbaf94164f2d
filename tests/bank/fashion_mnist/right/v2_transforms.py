"""torchvision's second generation of transforms, resizing the tensor; double precision; a list of two."""
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
from torchvision.transforms import v2

classes = {0: "t-shirt", 1: "trouser", 2: "pullover", 3: "dress", 4: "coat", 5: "sandal", 6: "shirt", 7: "sneaker", 8: "bag", 9: "ankle boot"}


def get_fashion_mnist_labels(labels):
    return list(map(lambda i: classes[int(i)], labels))


def load_data_fashion_mnist(batch_size: int, resize: int | None = None, root: str = "data"):
    steps = [v2.ToImage(), v2.ToDtype(torch.float64, scale=True)]
    if resize is not None:
        steps.append(v2.Resize((resize, resize), antialias=True))
    loaders = []
    for train in (True, False):
        dataset = FashionMNIST(root, train=train, transform=v2.Compose(steps), download=not train)
        loaders.append(DataLoader(dataset, batch_size=batch_size, shuffle=train, drop_last=False))
    return loaders
