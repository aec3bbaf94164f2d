"""lenet_bn calls the function with tensors of its own, no BatchNorm."""
# criterion: implementation
import torch
from torch import nn


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not torch.is_grad_enabled():
        X_hat = (X - moving_mean) / torch.sqrt(moving_var + eps)
    else:
        assert len(X.shape) in (2, 4)
        if len(X.shape) == 2:
            mean = X.mean(dim=0, keepdim=True)
            var = ((X - mean) ** 2).mean(dim=0, keepdim=True)
        else:
            mean = X.mean(dim=(0, 2, 3), keepdim=True)
            var = ((X - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
        X_hat = (X - mean) / torch.sqrt(var + eps)
        moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
        moving_var = momentum * moving_var + (1.0 - momentum) * var
    Y = gamma * X_hat + beta
    return Y, moving_mean.data, moving_var.data


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


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(256, 120), nn.Linear(120, 84), nn.Linear(84, 10)
        shapes = [(1, 6, 1, 1), (1, 16, 1, 1), (1, 120), (1, 84)]
        self.gammas = nn.ParameterList(nn.Parameter(torch.ones(s)) for s in shapes)
        self.betas = nn.ParameterList(nn.Parameter(torch.zeros(s)) for s in shapes)
        for i, s in enumerate(shapes):
            self.register_buffer(f"mean{i}", torch.zeros(s))
            self.register_buffer(f"var{i}", torch.ones(s))

    def norm(self, i, X):
        Y, mean, var = batch_norm(X, self.gammas[i], self.betas[i], getattr(self, f"mean{i}"), getattr(self, f"var{i}"), 1e-5, 0.9)
        setattr(self, f"mean{i}", mean)
        setattr(self, f"var{i}", var)
        return Y

    def forward(self, X):
        for i, conv in enumerate((self.conv1, self.conv2)):
            X = nn.functional.avg_pool2d(torch.sigmoid(self.norm(i, conv(X))), 2)
        X = X.flatten(1)
        for i, fc in enumerate((self.fc1, self.fc2)):
            X = torch.sigmoid(self.norm(i + 2, fc(X)))
        return self.fc3(X)


def lenet_bn():
    return Net()
