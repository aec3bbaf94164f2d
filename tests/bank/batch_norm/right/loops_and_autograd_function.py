"""Loops over the channels, a hand-written backward pass, a subclass per kind of layer."""
import torch
from torch import nn


class _Normalise(torch.autograd.Function):
    """(x − mean) / sqrt(var + eps) over a flat channel, with its gradient."""

    @staticmethod
    def forward(ctx, x, eps):
        mean = x.mean()
        inv = 1 / torch.sqrt(((x - mean) ** 2).mean() + eps)
        x_hat = (x - mean) * inv
        ctx.save_for_backward(x_hat, inv)
        return x_hat

    @staticmethod
    def backward(ctx, grad):
        x_hat, inv = ctx.saved_tensors
        return inv * (grad - grad.mean() - x_hat * (grad * x_hat).mean()), None


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    training = torch.is_grad_enabled()
    moving_mean, moving_var = moving_mean.clone(), moving_var.clone()
    columns = []
    for c in range(X.shape[1]):
        x = X[:, c]
        if training:
            columns.append(_Normalise.apply(x, eps))
            with torch.no_grad():
                moving_mean[0, c] = momentum * moving_mean[0, c] + (1 - momentum) * x.mean()
                moving_var[0, c] = momentum * moving_var[0, c] + (1 - momentum) * torch.var(x, unbiased=False)
        else:
            columns.append((x - moving_mean[0, c].squeeze()) / (moving_var[0, c].squeeze() + eps).sqrt())
    return torch.stack(columns, 1) * gamma + beta, moving_mean, moving_var


class BatchNorm(nn.Module):
    def __init__(self, num_features, num_dims=4):
        super().__init__()
        self.num_dims = num_dims
        ones = torch.ones(1, num_features, *([1, 1] if num_dims == 4 else []))
        self.gamma, self.beta = nn.Parameter(ones.clone()), nn.Parameter(torch.zeros_like(ones))
        self.moving_mean, self.moving_var = torch.zeros_like(ones), ones

    def forward(self, X):
        with torch.no_grad():
            if self.moving_mean.device != X.device:
                self.moving_mean, self.moving_var = self.moving_mean.to(X.device), self.moving_var.to(X.device)
        Y, self.moving_mean, self.moving_var = batch_norm(X, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-5, 0.9)
        return Y


class DenseBatchNorm(BatchNorm):
    def __init__(self, num_features):
        super().__init__(num_features, 2)


def lenet_bn():
    layers, channels = [], 1
    for out in (6, 16):
        layers += [nn.Conv2d(channels, out, 5), BatchNorm(out), nn.Sigmoid(), nn.AvgPool2d(2, 2)]
        channels = out
    layers.append(nn.Flatten())
    width = 256
    for out in (120, 84):
        layers += [nn.Linear(width, out), DenseBatchNorm(out), nn.Sigmoid()]
        width = out
    net = nn.Sequential(*layers, nn.Linear(width, 10))
    for parameter in net.parameters():
        if parameter.dim() > 1 and parameter.shape[0] > 1:
            nn.init.xavier_uniform_(parameter)
    return net
