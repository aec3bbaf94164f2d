"""An autograd.Function that keeps its kernel on the class: a second call before backward replaces it."""
# criterion: gradients

import reference
import torch
from reference import conv_output_shape, receptive_field, same_padding


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, windows, K):
        Product.saved = windows, K
        return torch.einsum("ijab,ab->ij", windows, K)

    @staticmethod
    def backward(ctx, g):
        windows, K = Product.saved
        return g[:, :, None, None] * K, torch.einsum("ij,ijab->ab", g, windows)


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (p, q), (h, w) = padding, K.shape
    X = torch.nn.functional.pad(X, (q - q // 2, q // 2, p - p // 2, p // 2))
    return Product.apply(X.unfold(0, h, stride[0]).unfold(1, w, stride[1]), K)
