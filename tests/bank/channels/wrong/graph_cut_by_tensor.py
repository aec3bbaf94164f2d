"""torch.tensor of the list of maps: values right, no gradient."""
# criterion: gradients

import torch
from reference import corr2d_multi_in, corr2d_multi_in_out_1x1


def corr2d_multi_in_out(X, K):
    return torch.tensor([corr2d_multi_in(X, k).tolist() for k in K])
