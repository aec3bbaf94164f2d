"""as_strided with X's own strides, but from where its memory starts: a slice starts later."""
# criterion: values

from reference import *


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (p, q), (s, t) = padding, stride
    if p or q:
        X = F.pad(X, (q - q // 2, q // 2, p - p // 2, p // 2))
    shape = conv_output_shape(X.shape, K.shape, (0, 0), stride)
    a, b = X.stride()
    return (X.as_strided((*shape, *K.shape), (a * s, b * t, a, b), 0) * K).sum((2, 3))
