"""Fashion-MNIST is read from what is there, and a sentence says what is not."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from grader.data import DatasetNotFound, load
from grader.data.fashion_mnist import load_fashion_mnist
from grader.errors import GraderError
from tests.data.conftest import WriteRoot

REAL_ROOT = os.environ.get("FASHION_MNIST_ROOT")


def test_training_images_come_before_test_images(write_root: WriteRoot) -> None:
    write_root(Path("data"), train=12, test=4)
    dataset = load_fashion_mnist(download=False)
    assert dataset.name == "fashion-mnist"
    assert (dataset.images.shape, dataset.images.dtype) == ((16, 28, 28), torch.uint8)
    assert (dataset.labels.shape, dataset.labels.dtype) == ((16,), torch.int64)
    assert dataset.images[:, 0, 0].tolist() == list(range(16))
    assert dataset.labels.tolist() == [n % 10 for n in range(16)]
    assert len(dataset.class_names) == 10


def test_a_read_only_root_of_gz_files_is_enough_and_stays_as_it_was(write_root: WriteRoot) -> None:
    raw = write_root(Path("data")) / "FashionMNIST" / "raw"
    before = sorted(os.listdir(raw))
    raw.chmod(0o555)
    try:
        assert len(load_fashion_mnist(download=False).images) == 16
    finally:
        raw.chmod(0o755)
    assert sorted(os.listdir(raw)) == before


def test_unpacked_files_are_read_too(write_root: WriteRoot) -> None:
    raw = write_root(Path("data")) / "FashionMNIST" / "raw"
    for path in list(raw.glob("*.gz")):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert len(load_fashion_mnist(download=False).images) == 16


def cut_gz(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-12])


def cut_content(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-5]))


def no_gz(path: Path) -> None:
    path.write_bytes(b"<html>404</html>")


def no_idx(path: Path) -> None:
    path.write_bytes(gzip.compress(b"hello, this is not an idx file"))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut_gz, cut_content, no_gz, no_idx, empty], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_a_damaged_file_is_named_in_one_line(write_root: WriteRoot, name: str, damage: Callable[[Path], None]) -> None:
    path = write_root(Path("data")) / "FashionMNIST" / "raw" / name
    damage(path)
    with pytest.raises(GraderError) as caught:
        load("auto")
    assert not isinstance(caught.value, DatasetNotFound)
    assert str(path) in str(caught.value)
    assert "damaged" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_that_do_not_match_the_images_are_damage(tmp_path: Path, write_root: WriteRoot) -> None:
    name = "FashionMNIST/raw/train-labels-idx1-ubyte.gz"
    root, other = write_root(Path("data"), train=12), write_root(tmp_path / "other", train=11)
    (root / name).write_bytes((other / name).read_bytes())
    with pytest.raises(GraderError, match=r"train-labels-idx1-ubyte\.gz is damaged \(it has 11 labels for 12 images\)"):
        load_fashion_mnist(download=False)


def test_missing_files_are_one_sentence_with_the_places_and_a_remedy() -> None:
    with pytest.raises(DatasetNotFound) as caught:
        load_fashion_mnist(download=False)
    message = str(caught.value)
    assert isinstance(caught.value, GraderError)
    assert "data/FashionMNIST/raw" in message
    assert "FASHION_MNIST_ROOT" in message
    assert "builtin" in message
    assert "downloaded" not in message


def test_without_network_the_download_fails_quickly_and_leaves_nothing() -> None:
    start = time.monotonic()
    with pytest.raises(DatasetNotFound, match="could not be downloaded"):
        load_fashion_mnist(download=True)
    assert time.monotonic() - start < 6
    assert os.listdir() == []


@pytest.mark.skipif(REAL_ROOT is None, reason="FASHION_MNIST_ROOT is not set")
def test_the_real_set_has_70_000_images_in_balance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASHION_MNIST_ROOT", str(REAL_ROOT))
    dataset = load("fashion-mnist")
    assert dataset.images.shape == (70_000, 28, 28)
    assert torch.bincount(dataset.labels).tolist() == [7_000] * 10
    assert dataset.labels[:5].tolist() == [9, 0, 0, 3, 0]
