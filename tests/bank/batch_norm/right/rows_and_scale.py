"""One row per feature; scale and shift are folded together, as for prediction."""

import torch
from torch import nn


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    rows = X.transpose(0, 1).flatten(1)                     # one row per feature
    train = torch.is_grad_enabled()
    if train:
        var, mean = torch.var_mean(rows, dim=1, correction=0)
        new = tuple(torch.lerp(b.detach().view_as(m), m, momentum) for b, m in ((mean, moving_mean), (var, moving_var)))
    else:
        mean, var, new = moving_mean.flatten(), moving_var.flatten(), (moving_mean, moving_var)
    scale = gamma.flatten() * torch.rsqrt(var + eps)
    Y = torch.addcmul((beta.flatten() - scale * mean)[:, None], scale[:, None], rows)
    return Y.reshape(X.transpose(0, 1).shape).transpose(0, 1), *new

class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims):
        super().__init__()
        shape = (1, num_features) if num_dims == 2 else (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.register_buffer("moving_mean", torch.zeros(shape))
        self.register_buffer("moving_var", torch.ones(shape))

    def forward(self, X):
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma, self.beta, self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9)
        return Y

def lenet_bn():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5), BatchNorm(6, 4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, kernel_size=5), BatchNorm(16, 4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Flatten(), nn.Linear(256, 120), BatchNorm(120, 2), nn.Sigmoid(),
        nn.Linear(120, 84), BatchNorm(84, 2), nn.Sigmoid(), nn.Linear(84, 10))
