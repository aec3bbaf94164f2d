"""A backward pass by hand divides by the number of images, not of images and pixels."""
# criterion: gradients
import torch
from torch import nn


class _Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, gamma, beta, mean, var, eps):
        dims = (0,) if X.dim() == 2 else (0, 2, 3)
        inv = 1 / torch.sqrt(var + eps)
        X_hat = (X - mean) * inv
        ctx.save_for_backward(X, X_hat, gamma, inv)
        ctx.dims = dims
        return gamma * X_hat + beta

    @staticmethod
    def backward(ctx, dY):
        X, X_hat, gamma, inv = ctx.saved_tensors
        dims = ctx.dims
        m = X.shape[0]
        dgamma = (dY * X_hat).sum(dims, keepdim=True)
        dbeta = dY.sum(dims, keepdim=True)
        dX = gamma * inv * (dY - dbeta / m - X_hat * dgamma / m)
        return dX, dgamma, dbeta, None, None, None


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not torch.is_grad_enabled():
        return gamma * (X - moving_mean) / torch.sqrt(moving_var + eps) + beta, moving_mean, moving_var
    dims = (0,) if X.dim() == 2 else (0, 2, 3)
    mean = X.detach().mean(dims, keepdim=True)
    var = ((X.detach() - mean) ** 2).mean(dims, keepdim=True)
    Y = _Norm.apply(X, gamma, beta, mean, var, eps)
    return Y, momentum * moving_mean + (1 - momentum) * mean, momentum * moving_var + (1 - momentum) * var


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
