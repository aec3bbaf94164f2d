"""The kernel takes the input's type: its fractions are lost where the input holds integers."""
# criterion: values
# says: the kernel's fractions are lost

import reference
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    return reference.corr2d(X, K.to(X.dtype))
