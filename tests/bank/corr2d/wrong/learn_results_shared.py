"""One layer for all calls, set back to a start in each: an earlier result changes with the next call."""
# criterion: values

from reference import *

_layers = {}


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = _layers.setdefault(tuple(kernel_size), Conv2D(kernel_size))
    with torch.no_grad():
        layer.weight.uniform_()
        layer.bias.zero_()
    for _ in range(num_steps):
        loss = ((layer(X) - Y) ** 2).sum()
        layer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in layer.parameters():
                p -= lr * p.grad
    return layer.weight.detach(), layer.bias.detach()
