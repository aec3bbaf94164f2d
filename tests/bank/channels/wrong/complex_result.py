"""By Fourier transform, and the result stays complex."""

# criterion: values
import torch
from reference import *


def corr2d_multi_in(X, K):
    (H, W), (h, w) = X.shape[-2:], K.shape[-2:]
    product = torch.fft.fft2(X) * torch.fft.fft2(K, s=(H, W)).conj()
    return torch.fft.ifft2(product.sum(0))[: H - h + 1, : W - w + 1]


def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, kernel) for kernel in K])
