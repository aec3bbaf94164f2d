"""as_strided with X's own strides, but from where its memory starts: a slice starts later."""
# criterion: values

from reference import *


def corr2d_multi_in(X, K):
    c, a, b = X.stride()
    shape = (X.shape[0], X.shape[1] - K.shape[1] + 1, X.shape[2] - K.shape[2] + 1, *K.shape[1:])
    return torch.einsum("cijuv,cuv->ij", X.as_strided(shape, (c, a, b, a, b), 0), K)
