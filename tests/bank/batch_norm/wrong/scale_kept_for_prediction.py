"""The layer folds gamma, beta and the moving averages into a scale and a shift at the first prediction and forgets
them at the next training batch only: stale after an optimizer step or load_state_dict in between.
"""
# criterion: values

import torch
from reference import batch_norm
from torch import nn


class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims):
        super().__init__()
        shape = (1, num_features) if num_dims == 2 else (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.register_buffer("moving_mean", torch.zeros(shape))
        self.register_buffer("moving_var", torch.ones(shape))
        self._folded = None

    def forward(self, X):
        if torch.is_grad_enabled():
            self._folded = None
            Y, self.moving_mean, self.moving_var = batch_norm(
                X, self.gamma, self.beta, self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9
            )
            return Y
        if self._folded is None or self._folded[0].device != X.device:
            zero = torch.zeros_like(self.gamma)
            shift, _, _ = batch_norm(zero, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-5, 0.9)
            self._folded = self.gamma / torch.sqrt(self.moving_var + 1e-5), shift
        scale, shift = self._folded
        return X * scale + shift


def lenet_bn():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5),
        BatchNorm(6, num_dims=4),
        nn.Sigmoid(),
        nn.AvgPool2d(2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5),
        BatchNorm(16, num_dims=4),
        nn.Sigmoid(),
        nn.AvgPool2d(2, stride=2),
        nn.Flatten(),
        nn.Linear(256, 120),
        BatchNorm(120, num_dims=2),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        BatchNorm(84, num_dims=2),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )
