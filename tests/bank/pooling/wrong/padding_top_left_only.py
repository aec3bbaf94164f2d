"""All of the padding is added on top and left: the shape is right."""
# criterion: values

import torch.nn.functional as F
from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    dh, dw = (padding, padding) if isinstance(padding, int) else padding
    X = F.pad(X, (2 * dw, 0, 2 * dh, 0), value=float("-inf") if mode == "max" else 0.0)
    return right(X, pool_size, mode, 0, pool_size if stride is None else stride)
