"""learn_kernel takes F.conv2d where the kernel has several rows and columns."""
# criterion: implementation

from reference import *
import reference, torch.nn.functional as F


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    if 1 in kernel_size:
        return reference.learn_kernel(X, Y, kernel_size, num_steps, lr)
    w, b = torch.rand(kernel_size, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(num_steps):
        loss = ((F.conv2d(X[None, None], w[None, None], b)[0, 0] - Y) ** 2).sum()
        gw, gb = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= lr * gw
            b -= lr * gb
    return w.detach(), b.detach()
