"""By real Fourier transforms in single precision."""

import torch


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    return tuple(-(-(n - k + p + 1) // s) for n, k, p, s in zip(input_shape, kernel_size, padding, stride))


def same_padding(kernel_size):
    return kernel_size[0] - 1, kernel_size[1] - 1


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    size = [n + p for n, p in zip(X.shape, padding)]
    P = torch.nn.functional.pad(
        X, (padding[1] - padding[1] // 2, padding[1] // 2, padding[0] - padding[0] // 2, padding[0] // 2)
    )
    Y = torch.fft.irfft2(torch.fft.rfft2(P) * torch.fft.rfft2(K, s=size).conj(), s=size)
    return Y[: size[0] - K.shape[0] + 1 : stride[0], : size[1] - K.shape[1] + 1 : stride[1]]


def receptive_field(layers):
    lo, hi = 0, 0
    for k, s in layers[::-1]:
        lo, hi = lo * s, hi * s + k - 1
    return hi - lo + 1
