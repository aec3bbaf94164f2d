"""Double precision as the default type; callable objects; the channels as a generator; sibling through importlib."""

import importlib

import torch

torch.set_default_dtype(torch.float64)
single = importlib.import_module("corr2d").corr2d


class MultiIn:
    def __call__(self, X, K):
        return sum((single(x.double(), k.double()) for x, k in zip(X, K, strict=True)), start=torch.zeros(()))


class MultiInOut:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, X, K):
        return torch.cat([self.inner(X, k).unsqueeze(0) for k in K.unbind(0)])


corr2d_multi_in = MultiIn()
corr2d_multi_in_out = MultiInOut(corr2d_multi_in)


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.size()
    c_o = K.size(0)
    X = X.contiguous().view(c_i, h * w)
    K = K.contiguous().view(c_o, c_i)
    Y = torch.zeros(c_o, h * w)
    for o in range(c_o):
        for i in range(c_i):
            Y[o] += K[o, i] * X[i]
    return Y.reshape(c_o, h, w)
