"""By Fourier transform, and the result stays complex."""

# criterion: values
import torch
from reference import *


def corr2d(X, K):
    (H, W), (h, w) = X.shape, K.shape
    product = torch.fft.fft2(X.double()) * torch.fft.fft2(K.double(), s=(H, W)).conj()
    return torch.fft.ifft2(product)[: H - h + 1, : W - w + 1]


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
