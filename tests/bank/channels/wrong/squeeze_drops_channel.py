"""K.squeeze() drops a channel axis of length one too."""
# criterion: values

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    return (K.squeeze() @ X.reshape(c_i, h * w)).reshape(-1, h, w)
