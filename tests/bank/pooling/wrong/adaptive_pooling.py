"""Each window goes through F.adaptive_avg_pool2d or F.adaptive_max_pool2d."""
# criterion: implementation

import torch
import torch.nn.functional as F
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    X = X.float()
    p_h, p_w = pool_size
    reduce = F.adaptive_max_pool2d if mode == "max" else F.adaptive_avg_pool2d
    rows = []
    for i in range(X.shape[0] - p_h + 1):
        row = [reduce(X[None, None, i : i + p_h, j : j + p_w], 1).reshape(()) for j in range(X.shape[1] - p_w + 1)]
        rows.append(torch.stack(row))
    return torch.stack(rows)
