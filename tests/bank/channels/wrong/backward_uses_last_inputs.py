"""An autograd.Function that keeps the pixels on the class: a second call before backward replaces them."""
# criterion: gradients

import torch
from reference import corr2d_multi_in, corr2d_multi_in_out


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, K, X):
        Product.saved = K, X
        return K @ X

    @staticmethod
    def backward(ctx, g):
        K, X = Product.saved
        return g @ X.T, K.T @ g


def corr2d_multi_in_out_1x1(X, K):
    return Product.apply(K.reshape(K.shape[:2]), X.reshape(len(X), -1)).reshape(len(K), *X.shape[1:])
