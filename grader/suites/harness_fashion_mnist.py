"""Stands beside the student's code: writes a small dataset in Fashion-MNIST's files, goes through data loaders."""

import gzip
import itertools
import math
import os
import shutil
import struct

import torch
from torch.utils.data import DataLoader

FILES = {"train": "train", "test": "t10k"}


def write_dataset(root, images, labels):
    """Writes Fashion-MNIST's four files below `root`; images and labels are dicts with `train` and `test`.

    Returns the folder's absolute path.
    """
    folder = os.path.join(root, "FashionMNIST", "raw")
    os.makedirs(folder, exist_ok=True)
    for part, prefix in FILES.items():
        numbers = images[part].numpy()
        _write(os.path.join(folder, f"{prefix}-images-idx3-ubyte"), 0x803, numbers.shape, numbers.tobytes())
        classes = labels[part].to(torch.uint8).numpy()
        _write(os.path.join(folder, f"{prefix}-labels-idx1-ubyte"), 0x801, classes.shape, classes.tobytes())
    return os.path.abspath(root)


def remove_dataset(root):
    """Takes away what `write_dataset` has written."""
    shutil.rmtree(os.path.join(root, "FashionMNIST"), ignore_errors=True)


def _write(path, magic, shape, content):
    header = struct.pack(f">I{len(shape)}I", magic, *shape)
    with open(path, "wb") as plain, gzip.open(f"{path}.gz", "wb", compresslevel=1) as packed:
        for file in (plain, packed):
            file.write(header + content)


def write_blank_dataset(root, sizes, classes=1):
    """Writes files like Fashion-MNIST's, unpacked, with so many black images in each part, class by class.

    Returns the folder's absolute path.
    """
    folder = os.path.join(root, "FashionMNIST", "raw")
    os.makedirs(folder, exist_ok=True)
    for part, prefix in FILES.items():
        for name, magic, shape in (
            ("images-idx3", 0x803, (sizes[part], 28, 28)),
            ("labels-idx1", 0x801, (sizes[part],)),
        ):
            header = struct.pack(f">I{len(shape)}I", magic, *shape)
            with open(os.path.join(folder, f"{prefix}-{name}-ubyte"), "wb") as file:
                file.write(header)
                file.truncate(len(header) + math.prod(shape))
                if len(shape) == 1 and classes > 1:
                    file.write((torch.arange(shape[0]) * classes // shape[0]).to(torch.uint8).numpy().tobytes())
    return os.path.abspath(root)


def lengths(load, batch_size, root):
    """How many batches each of the two iterators says that it has; None if it does not say."""
    found = []
    for iterator in load(batch_size, root=root):
        try:
            found.append(len(iterator))
        except TypeError:
            found.append(None)
    return found


def samples(load, batch_size, root, part):
    """How many samples an epoch of one of the two iterators has."""
    iterator = forked(load(batch_size, root=root)[list(FILES).index(part)])
    return sum(len(batch[0]) for batch in itertools.islice(iterator, 10_000))


def forked(iterator):
    """The iterator, whose workers, if any, are forked: the sandbox lets nobody start programs, as "spawn" does."""
    if isinstance(iterator, DataLoader) and iterator.num_workers > 0:
        iterator.multiprocessing_context = "fork"  # whatever the default is, or what was asked for
    return iterator


def first_batch(iterator):
    """The first batch of an epoch, as a list of its parts."""
    return list(next(iter(forked(iterator))))


def labels(iterator, number):
    """The labels in the order of each of some epochs."""
    return [
        [label for batch in itertools.islice(forked(iterator), 1000) for label in batch[1].flatten().tolist()]
        for _ in range(number)
    ]


def names(get_fashion_mnist_labels, lists):
    """What the function gives for each of the lists, seen after all the calls, and what the lists are then."""
    found = [get_fashion_mnist_labels(each) for each in lists]
    return found, lists


def epochs(iterator, number, peek=False):
    """What a data loader gives in some epochs: for each a list of its batches, as lists of their parts.

    If `peek`, one batch is taken before, and the rest of that epoch left.
    """
    iterator = forked(iterator)
    if peek:
        next(iter(iterator))
    return [[list(batch) for batch in itertools.islice(iterator, 1000)] for _ in range(number)]
