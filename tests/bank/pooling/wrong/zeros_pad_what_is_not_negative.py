"""Max pooling pads with zeros where no entry is negative; an entry of zero then loses its gradient."""
# criterion: gradients

import reference
from reference import pool2d
from torch.nn import functional as F


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if mode == "max" and not (X < 0).any():
        p, q = (padding, padding) if isinstance(padding, int) else padding
        stride = pool_size if stride is None else stride
        return reference.pool2d_multi_channel(F.pad(X, (q, q, p, p)), pool_size, mode, 0, stride)
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
