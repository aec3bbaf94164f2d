"""view() fails on permuted inputs."""
# criterion: values

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    return (K.view(-1, c_i) @ X.view(c_i, h * w)).view(-1, h, w)
