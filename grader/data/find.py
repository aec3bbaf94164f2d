"""Where the files of Fashion-MNIST are, by path only: quick, and without importing torch."""

from __future__ import annotations

import os
from pathlib import Path

ROOT_VARIABLE = "FASHION_MNIST_ROOT"

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"
FILE_NAMES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)


def find_fashion_mnist() -> Path | None:
    """The first folder of ``search_folders()`` that holds all four files, or None."""
    return next((raw for raw in search_folders() if holds_all_files(raw)), None)


def search_folders() -> tuple[Path, ...]:
    """The raw folders to look in, in order: of $FASHION_MNIST_ROOT, of ``data/`` here, of the user's cache."""
    root = os.environ.get(ROOT_VARIABLE)
    roots = ([Path(root).expanduser()] if root else []) + [Path("data"), cache_root()]
    return tuple(raw_folder(root) for root in roots)


def raw_folder(root: Path) -> Path:
    """The folder below a torchvision root in which the files of Fashion-MNIST lie."""
    return root / "FashionMNIST" / "raw"


def cache_root() -> Path:
    """The torchvision root in the user's cache, used where ``data/`` cannot be written."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path(os.path.expanduser("~/.cache"))) / "convnet-course-grader"


def holds_all_files(raw: Path) -> bool:
    """Whether ``raw`` holds the four files, each unpacked or as .gz."""
    return all(find_file(raw, name) is not None for name in FILE_NAMES)


def find_file(raw: Path, name: str) -> Path | None:
    """The unpacked file ``name`` in ``raw``, else its .gz, else None (also where the folder cannot be read)."""
    candidates = (raw / name, raw / f"{name}.gz")
    return next((path for path in candidates if os.path.isfile(path)), None)
