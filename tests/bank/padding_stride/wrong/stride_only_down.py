"""The stride acts on the rows only."""
# criterion: shapes

from reference import conv_output_shape, receptive_field, same_padding
from reference import corr2d_padded as right


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    return right(X, K, padding, (stride[0], 1))
