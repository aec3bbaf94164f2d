"""The dense layer's parameters are counted one output after the other."""

import torch


def conv_matrix(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    rows = []
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            image = torch.zeros(H, W, dtype=K.dtype)
            image[i : i + h, j : j + w] = K
            rows.append(image.reshape(-1))
    return torch.stack(rows)


def dense_param_count(in_shape, out_shape, bias=True):
    inputs, outputs, count = 1, 1, 0
    for size in in_shape:
        inputs = inputs * size
    for size in out_shape:
        outputs = outputs * size
    for _ in range(outputs):
        count = count + inputs
        if bias:
            count = count + 1
    return count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    count = 0
    for _ in range(out_channels):
        for _ in range(in_channels):
            count += kernel_size[0] * kernel_size[1]
        count += int(bias)
    return count
