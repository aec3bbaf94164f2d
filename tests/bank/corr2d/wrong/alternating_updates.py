"""The bias is updated from the output of the updated weight; the start comes from Python's random numbers."""
# criterion: values

import torch
from torch import nn


def corr2d(X, K):
    ### BEGIN SOLUTION
    if not X.is_floating_point():
        X = X.to(torch.get_default_dtype())
    if not K.is_floating_point():
        K = K.to(torch.get_default_dtype())
    h, w = K.shape
    windows = X.unfold(0, h, 1).unfold(1, w, 1)
    return (windows * K).sum(dim=(-2, -1))
    ### END SOLUTION


def conv2d(X, K):
    ### BEGIN SOLUTION
    return corr2d(X, K.flip(0, 1))
    ### END SOLUTION


class Conv2D(nn.Module):
    """A convolutional layer of one input and one output channel, with the parameters `weight` and `bias`."""

    def __init__(self, kernel_size):
        """Make the parameters: `weight` of the shape kernel_size (h, w), random, and `bias` of shape (1,)."""
        super().__init__()
        ### BEGIN SOLUTION
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))
        ### END SOLUTION

    def forward(self, x):
        """Return corr2d(x, weight) + bias; x has the shape (H, W)."""
        ### BEGIN SOLUTION
        return corr2d(x, self.weight) + self.bias
        ### END SOLUTION


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    ### BEGIN SOLUTION
    layer = Conv2D(kernel_size)
    for _ in range(num_steps):
        loss = ((layer(X) - Y) ** 2).sum()
        layer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= lr * parameter.grad
    return layer.weight.detach(), layer.bias.detach()
    ### END SOLUTION


import random
def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    layer.weight.data = torch.tensor([[random.uniform(-1, 1) for _ in range(kernel_size[1])] for _ in range(kernel_size[0])])
    for _ in range(num_steps):
        for p in (layer.weight, layer.bias):
            (g,) = torch.autograd.grad(((layer(X) - Y) ** 2).sum(), p)
            with torch.no_grad(): p -= lr * g
    return layer.weight.detach(), layer.bias.detach()
