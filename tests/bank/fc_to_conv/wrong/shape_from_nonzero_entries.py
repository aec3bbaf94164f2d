"""A sparse matrix of the kernel's nonzero entries, whose size is that of the largest indices."""
# criterion: values

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    rows, columns, values = [], [], []
    for a, b in K.detach().nonzero().tolist():
        for i in range(H - h + 1):
            for j in range(W - w + 1):
                rows.append(i * (W - w + 1) + j)
                columns.append((i + a) * W + j + b)
                values.append(K[a, b])
    return torch.sparse_coo_tensor(torch.tensor([rows, columns]), torch.stack(values)).to_dense()
