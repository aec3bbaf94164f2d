"""The network keeps its parameters itself, each bias before its weight."""

import torch
from torch import nn
from torch.nn import functional as F


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not torch.is_grad_enabled():
        X_hat = (X - moving_mean) / torch.sqrt(moving_var + eps)
        return gamma * X_hat + beta, moving_mean, moving_var
    dims = (0,) if X.dim() == 2 else (0, 2, 3)
    mean = X.mean(dim=dims, keepdim=True)
    var = ((X - mean) ** 2).mean(dim=dims, keepdim=True)
    X_hat = (X - mean) / torch.sqrt(var + eps)
    moving_mean = momentum * moving_mean + (1 - momentum) * mean.detach()
    moving_var = momentum * moving_var + (1 - momentum) * var.detach()
    return gamma * X_hat + beta, moving_mean, moving_var

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

class LeNetBN(nn.Module):
    def __init__(self):
        super().__init__()
        shapes = [(6,1,5,5),(16,6,5,5),(120,256),(84,120),(10,84)]
        for i, s in enumerate(shapes, 1):
            setattr(self, f"b{i}", nn.Parameter(torch.zeros(s[0])))
            setattr(self, f"W{i}", nn.Parameter(torch.randn(s) * 0.1))
        self.n1, self.n2, self.n3, self.n4 = BatchNorm(6, 4), BatchNorm(16, 4), BatchNorm(120, 2), BatchNorm(84, 2)
    def forward(self, X):
        x = F.avg_pool2d(self.n1(F.conv2d(X, self.W1, self.b1)).sigmoid(), 2)
        x = F.avg_pool2d(self.n2(F.conv2d(x, self.W2, self.b2)).sigmoid(), 2).flatten(1)
        x = self.n3(x @ self.W3.T + self.b3).sigmoid(); x = self.n4(x @ self.W4.T + self.b4).sigmoid()
        return x @ self.W5.T + self.b5
def lenet_bn(): return LeNetBN()
