"""PIL's Image.reduce for averages of windows side by side, where no gradient is asked for."""
# criterion: implementation

from reference import *
from reference import pool2d_multi_channel as p
import numpy as np
from PIL import Image


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if (
        mode == "avg"
        and stride is None
        and not X.requires_grad
        and padding == (0, 0)
        and not isinstance(pool_size, int)
    ):
        h, w = pool_size
        N, C, H, W = X.shape
        X = X[:, :, : H // h * h, : W // w * w]
        planes = [
            torch.from_numpy(np.array(Image.fromarray(x.contiguous().numpy().astype("float32")).reduce((w, h))))
            for x in X.flatten(0, 1)
        ]
        return torch.stack(planes).unflatten(0, (N, C))
    return p(X, pool_size, mode, padding, stride)
