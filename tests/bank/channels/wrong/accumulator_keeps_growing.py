"""The accumulator is not set back between output channels."""
# criterion: values

import torch
from corr2d import corr2d
from reference import corr2d_multi_in, corr2d_multi_in_out_1x1


def corr2d_multi_in_out(X, K):
    total, maps = 0, []
    for k in K:
        for x, kernel in zip(X, k):
            total = total + corr2d(x, kernel)
        maps.append(total)
    return torch.stack(maps)
