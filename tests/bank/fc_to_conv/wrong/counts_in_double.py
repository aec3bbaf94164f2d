"""Counts in double precision: beyond 2^53 not every integer is there."""
# criterion: values

import math

import numpy as np
from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    inputs, outputs = np.prod(in_shape, dtype=float), np.prod(out_shape, dtype=float)
    return int(inputs * outputs + (outputs if bias else 0))
