"""F.pad takes the last axis first; here it gets the rows first."""
# criterion: values

import torch.nn.functional as F
from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    pool_size = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
    dh, dw = (padding, padding) if isinstance(padding, int) else padding
    X = F.pad(X, (dh, dh, dw, dw), value=float("-inf") if mode == "max" else 0.0)
    return right(X, pool_size, mode, 0, stride if stride is not None else pool_size)
