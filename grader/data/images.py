"""A set of grey 28 x 28 images with their classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

CLASS_NAMES = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
"""The ten classes in the order of their labels 0 to 9, the order of Fashion-MNIST."""


@dataclass(frozen=True)
class ImageDataset:
    """All images of a dataset in one; the caller draws its own training and held-out parts.

    ``name`` is ``"fashion-mnist"`` or ``"builtin"``; ``images`` is uint8 of shape (N, 28, 28), 0 the background and
    255 the brightest; ``labels`` is int64 of shape (N,), indices into ``class_names``.
    """

    name: str
    images: torch.Tensor
    labels: torch.Tensor
    class_names: tuple[str, ...]
