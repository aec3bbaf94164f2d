"""A loader of one's own in a named tuple; the test set, which never changes, is a list of its batches."""

import logging
import random
from pathlib import Path
from typing import NamedTuple

import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

logging.basicConfig(level=logging.INFO)
CLASSES = dict(enumerate("t-shirt,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot".split(",")))


def get_fashion_mnist_labels(labels):
    return list(map(CLASSES.__getitem__, torch.as_tensor(labels).tolist()))


class Iterators(NamedTuple):
    train_iter: object
    test_iter: object


class Shuffled(DataLoader):
    """Shuffles by random.sample, in a batch sampler that is a generator."""

    def __init__(self, dataset, batch_size):
        class Batches:
            def __len__(self):
                return (len(dataset) + batch_size - 1) // batch_size

            def __iter__(self):
                order = random.sample(range(len(dataset)), len(dataset))
                while order:
                    yield order[:batch_size]
                    del order[:batch_size]

        super().__init__(dataset, batch_sampler=Batches())


def load_data_fashion_mnist(batch_size, resize=None, root="data", *, verbose=False):
    size = resize or 28
    transform = transforms.Compose([transforms.Resize(size), transforms.PILToTensor(), lambda X: X / 255])
    train, test = (
        datasets.FashionMNIST(Path(root), train=t, transform=transform, download=True) for t in (True, False)
    )
    logging.info("%d and %d images", len(train), len(test))
    return Iterators(Shuffled(train, batch_size), list(DataLoader(test, batch_size)))
