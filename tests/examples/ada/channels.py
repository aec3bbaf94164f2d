import torch


def corr2d_multi_in(X, K):
    h, w = K.shape[-2:]
    windows = X.unfold(1, h, 1).unfold(2, w, 1)
    return (windows * K[:, None, None]).sum(dim=(0, -2, -1))


def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, kernel) for kernel in K])


def corr2d_multi_in_out_1x1(X, K):
    c_i, height, width = X.shape
    c_o = K.shape[0]
    return (K.reshape(c_o, c_i) @ X.reshape(c_i, height * width)).reshape(c_o, height, width)
