"""The layer is a dataclass; an optimizer that maximises; logging, global settings, tests in the same file."""

from __future__ import annotations
import logging, os, random, sys, unittest
from dataclasses import dataclass, field
import numpy as np
import pytest
import torch
from torch import nn, Tensor

__all__ = ["corr2d", "conv2d", "Conv2D", "learn_kernel"]
logging.basicConfig(level=logging.INFO)
torch.manual_seed(0)
random.seed(0)
np.random.seed(0)
torch.set_num_threads(2)
torch.set_printoptions(precision=3)
torch.use_deterministic_algorithms(True)
sys.setrecursionlimit(5000)
os.environ["OMP_NUM_THREADS"] = "2"


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    X, K = (torch.as_tensor(t, dtype=torch.promote_types(t.dtype, torch.float32)) for t in (X, K))
    rows = torch.stack([X[a : X.shape[0] - K.shape[0] + 1 + a] for a in range(K.shape[0])])
    both = torch.stack([rows[..., b : X.shape[1] - K.shape[1] + 1 + b] for b in range(K.shape[1])], 1)
    return (both * K[:, :, None, None]).sum((0, 1))


def conv2d(X: Tensor, K: Tensor) -> Tensor:
    return corr2d(X.rot90(2), K).rot90(2)


@dataclass(eq=False)
class Conv2D(nn.Module):
    kernel_size: tuple[int, int]
    scale: float = field(default=0.2, repr=False)

    def __post_init__(self):
        super().__init__()
        self.weight = nn.Parameter(self.scale * torch.randn(self.kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD(layer.parameters(), lr=lr, maximize=True)
    for step in range(num_steps):
        optimizer.zero_grad()
        loss = -nn.functional.mse_loss(layer(X), Y, reduction="sum")
        loss.backward()
        optimizer.step()
        logging.info("step %d loss %.4f", step, -loss.item())
    return layer.weight.detach(), layer.bias.detach()


class Tests(unittest.TestCase):
    def test_it(self):
        self.assertEqual(corr2d(torch.ones(2, 2), torch.ones(2, 2)).item(), 4)


@pytest.mark.parametrize("n", [1, 2])
def test_more(n):
    assert corr2d(torch.ones(n, n), torch.ones(n, n)).item() == n * n


assert torch.allclose(conv2d(torch.eye(3), torch.eye(3)), torch.tensor([[3.0]]))
