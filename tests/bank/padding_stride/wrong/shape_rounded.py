"""round() instead of floor."""
# criterion: values

from reference import corr2d_padded, receptive_field, same_padding


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    h = round((input_shape[0] - kernel_size[0] + padding[0] + stride[0]) / stride[0])
    w = round((input_shape[1] - kernel_size[1] + padding[1] + stride[1]) / stride[1])
    return h, w
