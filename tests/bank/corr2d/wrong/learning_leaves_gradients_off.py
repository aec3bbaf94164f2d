"""After learning, gradients stay switched off for the whole program."""
# criterion: implementation

import torch

from reference import *


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    torch.set_grad_enabled(True)
    net = Conv2D(kernel_size)
    for _ in range(num_steps):
        torch.set_grad_enabled(True)
        loss = ((net(X) - Y) ** 2).sum()
        net.zero_grad()
        loss.backward()
        torch.set_grad_enabled(False)
        for parameter in net.parameters():
            parameter -= lr * parameter.grad
    return net.weight.detach(), net.bias.detach()
