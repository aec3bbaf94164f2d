"""X is reshaped to (pixels, channels) as if that were a permutation."""
# criterion: values
# says: a reshape is no permutation

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    c_o = K.shape[0]
    Y = X.reshape(h * w, c_i) @ K.reshape(c_o, c_i).T
    return Y.T.reshape(c_o, h, w)
