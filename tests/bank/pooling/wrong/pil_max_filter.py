"""PIL's MaxFilter for square windows of odd size, where no gradient is asked for."""
# criterion: implementation

import numpy as np
import reference
import torch
from PIL import Image, ImageFilter
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    h, w = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
    if X.requires_grad or mode != "max" or h != w or h % 2 == 0 or padding not in (0, (0, 0)):
        return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    stride = pool_size if stride is None else stride
    s_h, s_w = (stride, stride) if isinstance(stride, int) else stride
    maps = []
    for matrix in X.float().flatten(0, 1):
        image = Image.fromarray(np.ascontiguousarray(matrix.numpy()))
        largest = torch.from_numpy(np.array(image.filter(ImageFilter.MaxFilter(h))))
        maps.append(largest[h // 2 : matrix.shape[0] - h // 2 : s_h, w // 2 : matrix.shape[1] - w // 2 : s_w])
    return torch.stack(maps).unflatten(0, X.shape[:2])
