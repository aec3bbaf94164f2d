"""Five nested loops into a tensor of zeros; no sibling imported."""

import torch


def corr2d_multi_in_out(X, K):
    c_i, n_h, n_w = X.shape
    c_o, _, k_h, k_w = K.shape
    Y = torch.zeros(c_o, n_h - k_h + 1, n_w - k_w + 1)
    for o in range(c_o):
        for i in range(Y.shape[1]):
            for j in range(Y.shape[2]):
                for c in range(c_i):
                    Y[o, i, j] += (X[c, i : i + k_h, j : j + k_w] * K[o, c]).sum()
    return Y


def corr2d_multi_in(X, K):
    K = K.reshape(1, K.shape[0], K.shape[1], K.shape[2])
    return corr2d_multi_in_out(X, K)[0]


def corr2d_multi_in_out_1x1(X, K):
    rows = []
    for o in range(len(K)):
        row = 0
        for c in range(len(X)):
            row = row + K[o, c, 0, 0] * X[c]
        rows.append(row)
    return torch.stack(rows)
