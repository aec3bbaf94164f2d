"""Shapes are padded to three axes; a fourth is left out."""
# criterion: values

from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    a, b, c, *_ = (*in_shape, 1, 1, 1)
    d, e, f, *_ = (*out_shape, 1, 1, 1)
    return a * b * c * d * e * f + (d * e * f if bias else 0)
