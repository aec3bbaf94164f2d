"""The layer is a dataclass; in lenet_bn forward hooks of the convolutions and linear layers normalise."""

from dataclasses import dataclass

import torch
from torch import nn


def _moved(old, new, momentum):
    return (momentum * old + (1 - momentum) * new).detach()


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not torch.is_grad_enabled():
        scale = gamma / (moving_var + eps) ** 0.5
        return X * scale + (beta - moving_mean * scale), moving_mean, moving_var
    rows = X.movedim(1, -1).reshape(-1, X.shape[1])
    mean = rows.sum(0) / rows.shape[0]
    deviations = rows - mean
    var = torch.einsum("nf,nf->f", deviations, deviations) / rows.shape[0]
    normal = deviations / torch.sqrt(var + eps)
    Y = (normal * gamma.flatten() + beta.flatten()).reshape(X.movedim(1, -1).shape).movedim(-1, 1)
    mean, var = mean.reshape(moving_mean.shape), var.reshape(moving_var.shape)
    return [Y, _moved(moving_mean, mean, momentum), _moved(moving_var, var, momentum)]


@dataclass(eq=False, repr=False)
class BatchNorm(nn.Module):
    num_features: int
    num_dims: int
    eps: float = 1e-5
    momentum: float = 0.9

    def __post_init__(self):
        super().__init__()
        shape = (1, self.num_features, *[1] * (self.num_dims - 2))
        self.gamma, self.beta = nn.Parameter(torch.ones(shape)), nn.Parameter(torch.zeros(shape))
        self.moving_mean, self.moving_var = (
            nn.Buffer(torch.zeros(shape)),
            nn.Buffer(torch.ones(shape), persistent=False),
        )

    def forward(self, X):
        state = self.moving_mean.to(X.device), self.moving_var.to(X.device)
        Y, mean, var = batch_norm(X, self.gamma, self.beta, *state, self.eps, self.momentum)
        self.moving_mean, self.moving_var = mean, var
        return Y


def lenet_bn():
    def normalised(layer, num_dims):
        layer.norm = BatchNorm(layer.weight.shape[0], num_dims)
        layer.register_forward_hook(lambda layer, _inputs, output: torch.sigmoid(layer.norm(output)))
        return layer

    return nn.Sequential(
        normalised(nn.Conv2d(1, 6, 5), 4),
        nn.AvgPool2d(2),
        normalised(nn.Conv2d(6, 16, 5), 4),
        nn.AvgPool2d(2),
        nn.Flatten(),
        normalised(nn.Linear(256, 120), 2),
        normalised(nn.Linear(120, 84), 2),
        nn.Linear(84, 10),
    )
