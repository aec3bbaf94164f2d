"""Plain attributes that `_apply` takes along, so that they move with the layer and not with the input."""

import torch
from torch import nn


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if torch.is_grad_enabled():
        axes = [axis for axis in range(X.ndim) if axis != 1]
        var, mean = torch.var_mean(X, axes, unbiased=False, keepdim=True)
        with torch.no_grad():
            moving_mean = torch.lerp(mean, moving_mean, momentum)
            moving_var = torch.lerp(var, moving_var, momentum)
    else:
        mean, var = moving_mean, moving_var
    return torch.addcmul(beta, gamma, (X - mean) * torch.rsqrt(var + eps)), moving_mean, moving_var


class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims):
        super().__init__()
        shape = [1] * num_dims
        shape[1] = num_features
        self.gamma, self.beta = nn.Parameter(torch.ones(*shape)), nn.Parameter(torch.zeros(*shape))
        self.moving_mean, self.moving_var = torch.zeros(*shape), torch.ones(*shape)

    def _apply(self, fn, recurse=True):
        super()._apply(fn, recurse)
        self.moving_mean, self.moving_var = fn(self.moving_mean), fn(self.moving_var)
        return self

    def forward(self, X):
        state = self.moving_mean.to(X.device), self.moving_var.to(X.device)
        Y, self.moving_mean, self.moving_var = batch_norm(X, self.gamma, self.beta, *state, 1e-5, 0.9)
        return Y


def lenet_bn():
    layers = []
    for inputs, outputs in ((1, 6), (6, 16)):
        layers += [nn.Conv2d(inputs, outputs, 5), BatchNorm(outputs, 4), nn.Sigmoid(), nn.AvgPool2d(2)]
    layers.append(nn.Flatten())
    for inputs, outputs in ((256, 120), (120, 84)):
        layers += [nn.Linear(inputs, outputs), BatchNorm(outputs, 2), nn.Sigmoid()]
    return nn.Sequential(*layers, nn.Linear(84, 10))
