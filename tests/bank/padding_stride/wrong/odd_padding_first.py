"""An even padding is halved, an odd one goes wholly on top and to the left."""
# criterion: values
# says: an odd padding is all on one side

import torch.nn.functional as F
from reference import conv_output_shape, receptive_field, same_padding
from reference import corr2d_padded as right


def sides(p):
    return (p // 2, p // 2) if p % 2 == 0 else (p, 0)


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    return right(F.pad(X, (*sides(padding[1]), *sides(padding[0]))), K, (0, 0), stride)
