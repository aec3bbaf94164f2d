"""Max pooling pads with -1e38, which is not below every number."""
# criterion: values

import reference
import torch.nn.functional as F
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    stride = pool_size if stride is None else stride
    p_h, p_w = (padding, padding) if isinstance(padding, int) else padding
    X = F.pad(X, (p_w, p_w, p_h, p_h), value=-1e38 if mode == "max" else 0.0)
    return reference.pool2d_multi_channel(X, pool_size, mode, (0, 0), stride)
