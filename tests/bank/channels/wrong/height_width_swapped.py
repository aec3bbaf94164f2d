"""The result of the matrix product is folded back with width and height swapped."""
# criterion: shapes

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    return (K.flatten(1) @ X.flatten(1)).reshape(K.shape[0], w, h)
