"""torchvision's FrozenBatchNorm2d predicts for images."""
# criterion: implementation

import reference
import torch
from reference import BatchNorm, lenet_bn
from torchvision.ops import FrozenBatchNorm2d


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if torch.is_grad_enabled() or X.dim() == 2:
        return reference.batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum)
    layer = FrozenBatchNorm2d(X.shape[1], eps)
    values = {"weight": gamma, "bias": beta, "running_mean": moving_mean, "running_var": moving_var}
    layer.load_state_dict({name: value.flatten() for name, value in values.items()})
    return layer(X), moving_mean, moving_var
