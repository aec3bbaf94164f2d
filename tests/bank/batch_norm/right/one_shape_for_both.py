"""Permutes images to rows of channels; double precision inside; detached clones as state."""
import torch
from torch import nn


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    channels_last = X if X.dim() == 2 else X.permute(0, 2, 3, 1)
    rows = channels_last.reshape(-1, X.shape[1]).double()
    if torch.is_grad_enabled():
        n = rows.shape[0]
        mean = rows.sum(0) / n
        centred = rows - mean
        var = (centred * centred).sum(0) / n
        new_mean = momentum * moving_mean.flatten().double() + (1 - momentum) * mean.detach()
        new_var = momentum * moving_var.flatten().double() + (1 - momentum) * var.detach()
        moving_mean = new_mean.to(moving_mean.dtype).reshape(moving_mean.shape)
        moving_var = new_var.to(moving_var.dtype).reshape(moving_var.shape)
    else:
        centred, var = rows - moving_mean.flatten(), moving_var.flatten().double()
    Y = gamma.flatten() * (centred / (var + eps) ** 0.5) + beta.flatten()
    Y = Y.reshape(channels_last.shape)
    if X.dim() == 4:
        Y = Y.permute(0, 3, 1, 2)
    return [Y.to(X.dtype), moving_mean.detach().clone(), moving_var.detach().clone()]


class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims):
        super(BatchNorm, self).__init__()
        shape = {2: (1, num_features), 4: (1, num_features, 1, 1)}[num_dims]
        self.gamma = nn.Parameter(torch.empty(shape))
        self.beta = nn.Parameter(torch.empty(shape))
        nn.init.ones_(self.gamma)
        nn.init.zeros_(self.beta)
        self.register_buffer("moving_mean", torch.zeros(shape), persistent=False)
        self.register_buffer("moving_var", torch.ones(shape), persistent=False)
        self.register_buffer("steps", torch.tensor(0))

    def forward(self, X):
        self.moving_mean, self.moving_var = self.moving_mean.to(X.device), self.moving_var.to(X.device)
        out = batch_norm(X, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-5, 0.9)
        self.moving_mean, self.moving_var = out[1], out[2]
        if torch.is_grad_enabled():
            self.steps += 1
        return out[0].contiguous()


def conv_block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 5), BatchNorm(o, 4), nn.Sigmoid(), nn.AvgPool2d(2))


def dense_block(i, o):
    return nn.Sequential(nn.Linear(i, o), BatchNorm(o, 2), nn.Sigmoid())


def lenet_bn():
    return nn.Sequential(conv_block(1, 6), conv_block(6, 16), nn.Flatten(), dense_block(256, 120), dense_block(120, 84), nn.Linear(84, 10))
