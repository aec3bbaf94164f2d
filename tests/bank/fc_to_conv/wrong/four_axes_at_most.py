"""Shapes of five axes are refused."""
# criterion: values

from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    def n(s):
        match tuple(s):
            case (a,): return a
            case (a, b): return a * b
            case (a, b, c): return a * b * c
            case (a, b, c, d): return a * b * c * d
        raise ValueError(s)
    return n(in_shape) * n(out_shape) + (n(out_shape) if bias else 0)
