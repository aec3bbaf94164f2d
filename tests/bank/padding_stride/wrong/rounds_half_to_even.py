"""round(p / 2) on top and left: Python rounds halves to even, so that the extra one is on the wrong side for 1 and 5."""
# criterion: values

import torch.nn.functional as F
from corr2d import corr2d
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    top, left = round(padding[0] / 2), round(padding[1] / 2)
    X = F.pad(X, (left, padding[1] - left, top, padding[0] - top))
    return corr2d(X, K)[:: stride[0], :: stride[1]]
