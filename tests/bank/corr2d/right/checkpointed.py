"""torch.utils.checkpoint; inherits from nn.Conv2d, but none of its computation; a fixed seed."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


def _float(t):
    return t if torch.is_floating_point(t) else t.type(torch.get_default_dtype())


def _core(X, K):
    h, w = K.shape
    return sum(
        K[a, b] * X.narrow(0, a, X.size(0) - h + 1).narrow(1, b, X.size(1) - w + 1) for a in range(h) for b in range(w)
    )


def corr2d(X, K):
    return checkpoint(_core, _float(X), _float(K), use_reentrant=False)


def conv2d(X, K):
    return corr2d(X, K[torch.arange(K.size(0)).flip(0)][:, torch.arange(K.size(1)).flip(0)])


class Conv2D(nn.Conv2d):
    """Inherits the machinery of nn.Conv2d, but none of its computation."""

    def __init__(self, kernel_size):
        super().__init__(1, 1, kernel_size)
        self.weight = nn.Parameter(self.weight.detach()[0, 0].clone())

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    torch.manual_seed(7)
    layer = Conv2D(kernel_size)
    opt = torch.optim.SGD([{"params": [layer.weight]}, {"params": [layer.bias]}], lr, momentum=0, weight_decay=0)
    for _ in range(num_steps):
        opt.zero_grad()
        with torch.enable_grad():
            nn.MSELoss(reduction="sum")(layer(X), Y).backward()
        opt.step()
    layer.requires_grad_(False)
    return layer.weight, layer.bias
