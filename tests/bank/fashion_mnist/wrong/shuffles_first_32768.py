"""Only the first 2¹⁵ samples are shuffled."""

# criterion: training
from torch.utils.data import DataLoader
from torchvision import transforms
import torch
import torchvision
from reference import *  # the reference solution of the same exercise; only in the bank


class Order(torch.utils.data.Sampler):
    def __init__(self, n):
        self.n, self.epoch = n, 0

    def __len__(self): return self.n
    def __iter__(self):
        self.epoch += 1
        return iter(torch.randperm(min(self.n, 32768)).tolist() + list(range(32768, self.n)))
def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, transforms.Resize((resize, resize)))
    t = transforms.Compose(steps)
    train = torchvision.datasets.FashionMNIST(root, train=True, transform=t, download=True)
    test = torchvision.datasets.FashionMNIST(root, train=False, transform=t, download=True)
    return DataLoader(train, batch_size, sampler=Order(len(train))), DataLoader(test, batch_size, shuffle=False)
