"""Registered buffers updated in place with lerp_; the layer's mode comes from self.training; torch.var_mean; no conv bias."""
import torch
import torch.nn.functional as F
from torch import nn


def _reduce_dims(X):
    return [d for d in range(X.ndim) if d != 1]


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if torch.is_grad_enabled():
        var, mean = torch.var_mean(X, _reduce_dims(X), unbiased=False, keepdim=True)
        with torch.no_grad():
            moving_mean.lerp_(mean, 1 - momentum)
            moving_var.lerp_(var, 1 - momentum)
    else:
        mean, var = moving_mean, moving_var
    scale = gamma * torch.rsqrt(var + eps)
    return X * scale + (beta - mean * scale), moving_mean, moving_var


class BatchNorm(nn.Module):
    eps, momentum = 1e-5, 0.9

    def __init__(self, num_features, num_dims):
        super().__init__()
        shape = [1, num_features] + [1] * (num_dims - 2)
        self.register_buffer("moving_var", torch.ones(shape))
        self.register_buffer("moving_mean", torch.zeros(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.gamma = nn.Parameter(torch.ones(shape))

    def forward(self, X):
        with torch.set_grad_enabled(self.training):
            return batch_norm(X, self.gamma, self.beta, self.moving_mean, self.moving_var, self.eps, self.momentum)[0]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(84, 10)
        self.norms = nn.ModuleList([BatchNorm(84, 2), BatchNorm(120, 2), BatchNorm(16, 4), BatchNorm(6, 4)])
        self.dense = nn.ModuleList([nn.Linear(120, 84, bias=False), nn.Linear(256, 120, bias=False)])
        self.convs = nn.ModuleList([nn.Conv2d(6, 16, 5, bias=False), nn.Conv2d(1, 6, 5, bias=False)])

    def forward(self, x):
        for i in (1, 0):
            x = F.avg_pool2d(torch.sigmoid(self.norms[i + 2](self.convs[i](x))), 2)
        x = x.flatten(1)
        for i in (1, 0):
            x = torch.sigmoid(self.norms[i](self.dense[i](x)))
        return self.head(x)


def lenet_bn():
    return Net()
