"""The check of the input's shape refuses X.shape, a torch.Size."""
# criterion: values

from reference import conv_matrix as right
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    if type(input_shape) is not tuple or len(input_shape) != 2:
        raise ValueError(f"input_shape must have two entries, got {input_shape}")
    return right(K, input_shape)
