"""Takes the labels out of the list that it is given."""

# criterion: implementation
import torch
from reference import *  # the reference solution of the same exercise; only in the bank


NAMES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]

def get_fashion_mnist_labels(labels):
    if isinstance(labels, torch.Tensor):
        labels = labels.tolist()
    result = []
    while labels:
        result.append(NAMES[labels.pop(0)])
    return result
