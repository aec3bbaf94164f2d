"""A tensor of one label is squeezed to a number, which has no items."""

# criterion: values
import torch
from reference import *  # the reference solution of the same exercise; only in the bank


NAMES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]

def get_fashion_mnist_labels(labels):
    if isinstance(labels, torch.Tensor):
        labels = labels.squeeze().tolist()
    return [NAMES[i] for i in labels]
