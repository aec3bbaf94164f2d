"""The bytes are divided by 256, so that white is less than 1."""
# criterion: values
# says: divided by 256

import torch
from reference import get_fashion_mnist_labels
from torchvision import datasets, transforms


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.Resize((resize, resize))] if resize else []
    steps += [transforms.PILToTensor(), transforms.Lambda(lambda x: x / 256)]

    def loader(train):
        data = datasets.FashionMNIST(root, train=train, transform=transforms.Compose(steps), download=True)
        return torch.utils.data.DataLoader(data, batch_size, shuffle=train)

    return loader(True), loader(False)
