"""Shifts are 0/1 matrices from the left and the right of the image; a kernel is a sum of those, applied as one chain
of products in double precision; callable dataclass instances instead of functions.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


def shifts(size: int, window: int) -> Tensor:
    """(window, size - window + 1, size): the a-th matrix picks rows a, a + 1, …"""
    places = size - window + 1
    return torch.stack([torch.diag(torch.ones(size), 0)[a : a + places] for a in range(window)]).double()


@dataclass(frozen=True)
class Correlation:
    many: bool = True

    def __call__(self, X: Tensor, K: Tensor) -> Tensor:
        kernels = (K if self.many else K[None]).double()
        left = shifts(X.shape[1], kernels.shape[2]).to(X.device)
        right = shifts(X.shape[2], kernels.shape[3]).to(X.device)
        moved = left[:, None, None] @ X.double() @ right[:, None].mT
        maps = torch.einsum("ocab,abcij->oij", kernels, moved).to(X.dtype)
        return maps if self.many else maps[0]


@dataclass(frozen=True)
class Mixing:
    def __call__(self, X: Tensor, K: Tensor) -> Tensor:
        return (K.flatten(1) @ X.transpose(0, 1)).transpose(0, 1)  # a product for each row of the image


corr2d_multi_in = Correlation(many=False)
corr2d_multi_in_out = Correlation()
corr2d_multi_in_out_1x1 = Mixing()
