"""Small real roots of Fashion-MNIST: gzipped idx files with a few images."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

WriteRoot = Callable[..., Path]


def idx_bytes(array: np.ndarray) -> bytes:
    """A uint8 array as an idx file (https://yann.lecun.com/exdb/mnist): magic number, sizes big-endian, bytes."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">u4").tobytes() + array.tobytes()


@pytest.fixture
def write_root() -> WriteRoot:
    """Writes ``train`` + ``test`` images with gradually rising grey values and labels 0, 1, 2, ... below a root."""

    def write(root: Path, train: int = 12, test: int = 4) -> Path:
        raw = root / "FashionMNIST" / "raw"
        raw.mkdir(parents=True)
        for part, count, first in (("train", train, 0), ("t10k", test, train)):
            greys = np.arange(first, first + count, dtype=np.uint8)
            images = np.broadcast_to(greys[:, None, None], (count, 28, 28)).copy()
            (raw / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(images)))
            (raw / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(greys % 10)))
        return root

    return write


@pytest.fixture(autouse=True)
def bare_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty current directory and cache, no root, and a network that refuses at once."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("FASHION_MNIST_ROOT", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    # urllib reads the proxies once, when it opens its first address.
    monkeypatch.setattr("urllib.request._opener", None)
