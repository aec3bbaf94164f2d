"""The kernel is taken as .data, so that only X gets a gradient."""
# criterion: gradients

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    weight = K.data.reshape(-1, c_i)
    return (weight @ X.reshape(c_i, -1)).reshape(-1, h, w)
