"""TorchScript functions; a Parameter that needs no gradient as a result."""

import torch
from torch import Tensor, nn


@torch.jit.script
def corr2d(X: Tensor, K: Tensor) -> Tensor:
    if not X.is_floating_point():
        X = X.to(torch.float32)
    if not K.is_floating_point():
        K = K.to(torch.float32)
    h, w = K.shape[0], K.shape[1]
    Y = torch.zeros([X.shape[0] - h + 1, X.shape[1] - w + 1], dtype=X.dtype)
    for a in range(h):
        for b in range(w):
            Y = Y + X[a : X.shape[0] - h + 1 + a, b : X.shape[1] - w + 1 + b] * K[a, b]
    return Y


@torch.jit.script
def conv2d(X: Tensor, K: Tensor) -> Tensor:
    return corr2d(X, K.flip([0, 1]))


class Conv2D(nn.Module):
    def __init__(self, kernel_size: "tuple[int, int]"):
        super().__init__()
        self.register_parameter("bias", nn.Parameter(torch.randn(1)))
        self.register_parameter("weight", nn.Parameter(torch.randn(*kernel_size) * 3))
        self.register_buffer("calls", torch.zeros((), dtype=torch.long), persistent=False)

    def forward(self, x):
        self.calls += 1
        return torch.add(corr2d(x, self.weight), self.bias)


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    net = Conv2D(kernel_size)
    for _ in range(num_steps):
        net.zero_grad(set_to_none=False)
        torch.nn.functional.mse_loss(net(X), Y, reduction="sum").backward()
        for parameter in net.parameters():
            parameter.data.add_(parameter.grad, alpha=-lr)
    frozen = nn.ParameterList([nn.Parameter(p.detach(), requires_grad=False) for p in (net.weight, net.bias)])
    return tuple(frozen)
