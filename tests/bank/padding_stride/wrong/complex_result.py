"""By Fourier transform, and the result stays complex."""

# criterion: values
import torch
import torch.nn.functional as F
from reference import *


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (h, w), (p_h, p_w), (s_h, s_w) = K.shape, padding, stride
    X = F.pad(X, (p_w - p_w // 2, p_w // 2, p_h - p_h // 2, p_h // 2))
    H, W = X.shape
    product = torch.fft.fft2(X) * torch.fft.fft2(K, s=(H, W)).conj()
    return torch.fft.ifft2(product)[: H - h + 1 : s_h, : W - w + 1 : s_w]
