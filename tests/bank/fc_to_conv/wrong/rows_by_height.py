"""Row i·H' + j of the matrix belongs to output (i, j): right only where the output is square."""
# criterion: values
# says: row i·W' + j of the matrix

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    out_h, out_w = H - h + 1, W - w + 1
    matrix = torch.zeros(out_h * out_w, H * W)
    for i in range(out_h):
        for j in range(out_w):
            for a in range(h):
                start = (i + a) * W + j
                matrix[i * out_h + j, start : start + w] = K[a]
    return matrix
