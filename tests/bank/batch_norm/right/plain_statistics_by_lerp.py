"""Statistics that are no buffers, updated by lerp, which takes one precision only; means by adaptive pooling."""
import torch
from torch import nn


import torch.nn.functional as F


def _mean(X):
    if X.ndim == 4:
        X = F.adaptive_avg_pool2d(X, 1)
    return torch.mean(X, 0, True)


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    match torch.is_grad_enabled():
        case True:
            mean = _mean(X)
            var = _mean(torch.square(X - mean))
            moving_mean = torch.lerp(mean.detach(), moving_mean, momentum)
            moving_var = torch.lerp(var.detach(), moving_var, momentum)
        case False:
            mean, var = moving_mean, moving_var
    return torch.addcmul(beta, (X - mean) * torch.rsqrt(var + eps), gamma), moving_mean, moving_var


class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims):
        super().__init__()
        if num_dims == 2:
            shape = (1, num_features)
        else:
            shape = (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.moving_mean = torch.zeros(shape)
        self.moving_var = torch.ones(shape)

    def forward(self, X):
        if self.moving_mean.device != X.device:
            self.moving_mean = self.moving_mean.to(X.device)
            self.moving_var = self.moving_var.to(X.device)
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma, self.beta, self.moving_mean,
            self.moving_var, eps=1e-5, momentum=0.9)
        return Y


def lenet_bn():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5), BatchNorm(6, num_dims=4), nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5), BatchNorm(16, num_dims=4), nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2), nn.Flatten(),
        nn.Linear(16 * 4 * 4, 120), BatchNorm(120, num_dims=2), nn.Sigmoid(),
        nn.Linear(120, 84), BatchNorm(84, num_dims=2), nn.Sigmoid(),
        nn.Linear(84, 10))
