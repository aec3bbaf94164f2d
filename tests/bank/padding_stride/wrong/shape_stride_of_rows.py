"""The stride of the rows divides the columns as well."""
# criterion: values

from reference import corr2d_padded, receptive_field, same_padding


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    s = stride[0]
    return tuple((n - k + p + s) // s for n, k, p in zip(input_shape, kernel_size, padding))
