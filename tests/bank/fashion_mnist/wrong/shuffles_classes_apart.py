"""Classes come in random order, each shuffled."""
# criterion: training
import torch
import torchvision
from torch.utils import data
from torchvision import transforms


def get_fashion_mnist_labels(labels):
    text_labels = ["t-shirt", "trouser", "pullover", "dress", "coat",
                   "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [text_labels[int(i)] for i in labels]


class ByClass(data.Sampler):
    def __init__(self, targets):
        self.targets = targets

    def __len__(self):
        return len(self.targets)

    def __iter__(self):
        for c in torch.randperm(10):
            where = (self.targets == c).nonzero().flatten()
            yield from where[torch.randperm(len(where))].tolist()


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    trans = [transforms.ToTensor()]
    if resize:
        trans.insert(0, transforms.Resize(resize))
    trans = transforms.Compose(trans)
    mnist_train = torchvision.datasets.FashionMNIST(
        root=root, train=True, transform=trans, download=True)
    mnist_test = torchvision.datasets.FashionMNIST(
        root=root, train=False, transform=trans, download=True)
    return (data.DataLoader(mnist_train, batch_size, sampler=ByClass(mnist_train.targets), num_workers=0),
            data.DataLoader(mnist_test, batch_size, shuffle=False, num_workers=0))
