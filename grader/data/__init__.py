"""The images the trained exercises learn from: Fashion-MNIST, or garments drawn by this package.

Nothing here imports torch before a dataset is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.data.errors import DatasetNotFound
from grader.data.find import find_fashion_mnist
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.data.images import ImageDataset

DATASETS = ("auto", "fashion-mnist", "builtin")

__all__ = ["DATASETS", "DatasetNotFound", "find_fashion_mnist", "load"]


def load(dataset: str) -> ImageDataset:
    """The dataset ``"fashion-mnist"`` or ``"builtin"``; ``"auto"`` is the first if it can be had, else the second.

    Raises DatasetNotFound for ``"fashion-mnist"`` without files and network, and GraderError for a damaged file
    (also under ``"auto"``) or an unknown name.
    """
    if dataset not in DATASETS:
        raise GraderError(f"Unknown dataset {dataset!r}: choose one of {', '.join(DATASETS)}.")
    from grader.data.fashion_mnist import load_fashion_mnist
    from grader.data.garments import draw_garments

    if dataset == "builtin":
        return draw_garments()

    try:
        return load_fashion_mnist(download=True)
    except DatasetNotFound:
        if dataset == "fashion-mnist":
            raise
        return draw_garments()
