"""The bias is not updated."""
# criterion: values
# says: the bias is not updated

from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    for _ in range(num_steps):
        loss = (layer(X) - Y) ** 2
        layer.zero_grad()
        loss.sum().backward()
        layer.weight.data[:] -= lr * layer.weight.grad
    return layer.weight.detach(), layer.bias.detach()
