"""Cuts the windows to the image without padding it; where a window ends above or left of the image the end of the
slice is negative and counts from the other side.
"""
# criterion: values

import torch
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (H, W), (h, w) = X.shape, K.shape
    top, left = padding[0] - padding[0] // 2, padding[1] - padding[1] // 2
    out_h, out_w = conv_output_shape(X.shape, K.shape, padding, stride)
    rows = []
    for i in range(out_h):
        row = []
        for j in range(out_w):
            r, c = i * stride[0] - top, j * stride[1] - left
            window = X[max(r, 0) : min(r + h, H), max(c, 0) : min(c + w, W)]
            a, b = min(max(-r, 0), h - 1), min(max(-c, 0), w - 1)
            part = K[a : a + window.shape[0], b : b + window.shape[1]]
            row.append((window[: part.shape[0], : part.shape[1]] * part).sum())
        rows.append(torch.stack(row))
    return torch.stack(rows)
