"""The learning rate becomes smaller from step to step."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD(layer.parameters(), lr)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.97)
    for _ in range(num_steps):
        optimizer.zero_grad()
        ((layer(X) - Y) ** 2).sum().backward()
        optimizer.step()
        schedule.step()
    return layer.weight.detach(), layer.bias.detach()
