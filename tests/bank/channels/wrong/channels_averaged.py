"""mean over the channels."""
# criterion: values
# says: averaged; they should be summed

import torch
from corr2d import corr2d
from reference import corr2d_multi_in_out, corr2d_multi_in_out_1x1


def corr2d_multi_in(X, K):
    return torch.stack([corr2d(x, k) for x, k in zip(X, K)]).mean(dim=0)
