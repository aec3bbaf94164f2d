"""torch's own batch normalisation does the work."""
# criterion: implementation
import torch
from torch import nn


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    shape, training = moving_mean.shape, torch.is_grad_enabled()
    dims = [0, *range(2, X.dim())]
    Y = nn.functional.batch_norm(X, moving_mean.flatten(), moving_var.flatten(), gamma.flatten(), beta.flatten(), False, 0.1, eps)
    if training:
        mean, var = X.mean(dims), X.var(dims, unbiased=False)
        Y = nn.functional.batch_norm(X, mean, var, gamma.flatten(), beta.flatten(), True, 0.0, eps)
        moving_mean = momentum * moving_mean + (1 - momentum) * mean.detach().view(shape)
        moving_var = momentum * moving_var + (1 - momentum) * var.detach().view(shape)
    return Y, moving_mean, moving_var


class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims):
        super().__init__()
        shape = (1, num_features) if num_dims == 2 else (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.moving_mean = torch.zeros(shape)
        self.moving_var = torch.ones(shape)

    def forward(self, X):
        if self.moving_mean.device != X.device:
            self.moving_mean = self.moving_mean.to(X.device)
            self.moving_var = self.moving_var.to(X.device)
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma, self.beta, self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9
        )
        return Y


def lenet_bn():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5), BatchNorm(6, num_dims=4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, kernel_size=5), BatchNorm(16, num_dims=4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Flatten(), nn.Linear(256, 120), BatchNorm(120, num_dims=2), nn.Sigmoid(),
        nn.Linear(120, 84), BatchNorm(84, num_dims=2), nn.Sigmoid(), nn.Linear(84, 10),
    )
