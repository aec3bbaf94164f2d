r"""Exercise 10: the Fashion-MNIST dataset.                                        20 minutes, easy

The dataset
-----------
Fashion-MNIST (Zalando, 2017) has 60 000 training and 10 000 test images of clothes, 28×28 pixels, one channel, in ten
classes. torchvision reads it: `torchvision.datasets.FashionMNIST(root, train=…, transform=…, download=…)`. The images
are stored as bytes 0…255; `torchvision.transforms.ToTensor()` turns one into a float tensor of shape (1, 28, 28) in
[0, 1].

Names of the classes
--------------------
    0 t-shirt   1 trouser   2 pullover   3 dress   4 coat
    5 sandal    6 shirt     7 sneaker    8 bag     9 ankle boot

Example: get_fashion_mnist_labels(torch.tensor([0, 9])) → ["t-shirt", "ankle boot"]

The data loaders
----------------
A `torch.utils.data.DataLoader` gives the images in batches. The *training* set is shuffled anew every epoch, so that
batches differ; the *test* set comes in its own order. Both give every sample once an epoch, so the last batch may be
smaller. With `resize`, every image is scaled to resize×resize pixels (`transforms.Resize`), before it becomes a tensor.

Example: batches of load_data_fashion_mnist(32, resize=64) have images of shape (32, 1, 64, 64) and labels of shape
(32,).
"""

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms


def get_fashion_mnist_labels(labels):
    """Return the names of the classes.

    Args:
        labels: numbers from 0 to 9, a list or a tensor of shape (n,).

    Returns:
        A list of n strings.
    """
    raise NotImplementedError("get_fashion_mnist_labels: not written yet")


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    """Load Fashion-MNIST through torchvision and return an iterator over the training and one over the test set.

    Args:
        batch_size: the number of samples per batch.
        resize: the height and width the images get, or None for 28.
        root: the folder that holds the dataset, or gets it by download.

    Returns:
        (train_iter, test_iter): data loaders of batches (X, y), X floats in [0, 1] of shape (N, 1, 28, 28) or
        (N, 1, resize, resize), y integers of shape (N,). The training set is shuffled every epoch, the test set in
        order.
    """
    raise NotImplementedError("load_data_fashion_mnist: not written yet")
