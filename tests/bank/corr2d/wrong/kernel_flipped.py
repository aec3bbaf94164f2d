"""corr2d convolves: the kernel is flipped."""
# criterion: values
# says: the kernel is flipped

from reference import Conv2D, conv2d, learn_kernel
from reference import corr2d as right


def corr2d(X, K):
    return right(X, torch_flip(K))


def torch_flip(K):
    return K.flip(0).flip(1)
