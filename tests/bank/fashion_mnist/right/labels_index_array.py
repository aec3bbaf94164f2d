"""The labels are the index of an array."""

import numpy as np
from reference import *  # the reference solution of the same exercise; only in the bank


def get_fashion_mnist_labels(labels):
    names = "t-shirt,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot".split(",")
    return np.array(names)[labels].tolist()
