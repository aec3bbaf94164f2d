"""As many output channels as X has input channels."""
# criterion: shapes

import torch
from reference import corr2d_multi_in, corr2d_multi_in_out_1x1


def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, K[i % len(K)]) for i in range(X.shape[0])])
