"""Flips each kernel once: a kernel that has changed in place since then is not seen."""
# criterion: values

import functools

from reference import Conv2D, corr2d, learn_kernel


@functools.lru_cache
def _flipped(K):
    return K.flip(0, 1)


def conv2d(X, K):
    return corr2d(X, _flipped(K))
