"""F.pad's default value, 0, is used for max pooling too."""
# criterion: values
# says: pads with zeros

import torch
import torch.nn.functional as F
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    pair = lambda v: (v, v) if isinstance(v, int) else tuple(v)
    ph, pw = pair(pool_size)
    sh, sw = (ph, pw) if stride is None else pair(stride)
    dh, dw = pair(padding)
    X = F.pad(X, (dw, dw, dh, dh))
    rows = []
    for i in range(0, X.shape[2] - ph + 1, sh):
        row = []
        for j in range(0, X.shape[3] - pw + 1, sw):
            window = X[:, :, i : i + ph, j : j + pw]
            row.append(window.amax((2, 3)) if mode == "max" else window.mean((2, 3)))
        rows.append(torch.stack(row, -1))
    return torch.stack(rows, -2)
