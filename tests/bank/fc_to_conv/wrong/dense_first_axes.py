"""Takes shapes to have two axes."""
# criterion: values

from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    inputs, outputs = in_shape[-2:], out_shape[-2:]
    n = inputs[0] * (inputs[1] if len(inputs) > 1 else 1)
    m = outputs[0] * (outputs[1] if len(outputs) > 1 else 1)
    return n * m + (m if bias else 0)
