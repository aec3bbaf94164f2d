"""F.conv2d does the work."""
# criterion: implementation
# says: uses a built-in convolution

import torch.nn.functional as F
from reference import corr2d_multi_in, corr2d_multi_in_out_1x1


def corr2d_multi_in_out(X, K):
    return F.conv2d(X.unsqueeze(0), K).squeeze(0)
