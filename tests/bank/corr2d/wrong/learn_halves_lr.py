"""From the eighth step on the learning rate is half of what it should be."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD(layer.parameters(), lr)
    for step in range(num_steps):
        if step == 7:
            optimizer.param_groups[0]["lr"] = lr / 2
        optimizer.zero_grad()
        ((layer(X) - Y) ** 2).sum().backward()
        optimizer.step()
    return layer.weight.detach(), layer.bias.detach()
