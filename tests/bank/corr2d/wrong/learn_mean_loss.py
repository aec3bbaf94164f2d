"""The loss is the mean of the squared errors."""
# criterion: values
# says: the mean of the squared errors

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD(layer.parameters(), lr=lr)
    for _ in range(num_steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(layer(X), Y).backward()
        optimizer.step()
    return layer.weight.detach(), layer.bias.detach()
