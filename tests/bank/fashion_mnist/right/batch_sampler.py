"""A random batch sampler, nearest resizing, labels as int32."""
import torch
import torchvision
from torch.utils import data
from torchvision import transforms
from torchvision.transforms import InterpolationMode


def get_fashion_mnist_labels(labels):
    names = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
    result = []
    for label in labels:
        result.append(names[int(label)])
    return result


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    def dataset(train):
        trans = [transforms.Resize((resize, resize), interpolation=InterpolationMode.NEAREST)] if resize else []
        trans = transforms.Compose([*trans, transforms.ToTensor()])
        return torchvision.datasets.FashionMNIST(
            root, train=train, transform=trans, target_transform=lambda y: torch.tensor(y, dtype=torch.int32), download=True
        )

    train_set, test_set = dataset(True), dataset(False)
    sampler = data.BatchSampler(data.RandomSampler(train_set), batch_size, drop_last=False)
    return data.DataLoader(train_set, batch_sampler=sampler), data.DataLoader(test_set, batch_size)
