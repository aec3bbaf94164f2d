import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms


def get_fashion_mnist_labels(labels):
    names = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [names[int(label)] for label in labels]


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, transforms.Resize((resize, resize)))
    transform = transforms.Compose(steps)
    train, test = (
        torchvision.datasets.FashionMNIST(root, train=train, transform=transform, download=True)
        for train in (True, False)
    )
    return (DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size, shuffle=False))
