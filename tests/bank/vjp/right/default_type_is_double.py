"""Sets torch's default type at import; dataclass results, a print, a main block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, NamedTuple

import torch

torch.set_default_dtype(torch.float64)
print("vjp loaded", torch.get_default_dtype())


class Result(NamedTuple):
    y: "torch.Tensor"
    g: "torch.Tensor"


@dataclass
class Product:
    f: Callable[[torch.Tensor], torch.Tensor]

    def __call__(self, x: torch.Tensor, v: torch.Tensor) -> Result:
        leaf = torch.nn.Parameter(x.detach().clone())
        with torch.enable_grad():
            y = self.f(leaf)
            torch.autograd.backward([y], [v], inputs=[leaf])
        return Result(y.detach(), leaf.grad)


def vjp(function, /, point, weights):
    return Product(function)(point, weights)


if __name__ == "__main__":
    print(vjp(lambda x: x**2, torch.ones(2), torch.ones(2)))
