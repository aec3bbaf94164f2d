"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747) from files on this machine or from the network."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from pathlib import Path

import torch
from torchvision.datasets.mnist import read_image_file, read_label_file

from grader.data.download import download_fashion_mnist
from grader.data.errors import DatasetNotFound
from grader.data.find import (
    ROOT_VARIABLE,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    find_fashion_mnist,
    find_file,
    search_folders,
)
from grader.data.images import CLASS_NAMES, ImageDataset
from grader.errors import GraderError

_DAMAGE = (
    gzip.BadGzipFile, EOFError, zlib.error,
    AssertionError, ValueError, TypeError, KeyError, RuntimeError,
)  # fmt: skip
"""What gzip, and torchvision's reader of idx files, raise for a file that is not as it should be."""


def load_fashion_mnist(download: bool) -> ImageDataset:
    """All images of Fashion-MNIST: the 60 000 for training, then the 10 000 for testing.

    Looks where ``find_fashion_mnist`` looks and, with ``download``, tries the network once. Raises DatasetNotFound
    if the files are nowhere, and GraderError naming the file if one is damaged.
    """
    raw = find_fashion_mnist()
    if raw is None and download:
        raw = download_fashion_mnist()
    if raw is None:
        raise DatasetNotFound(_not_found(download))
    parts = [_read_part(raw, TRAIN_IMAGES, TRAIN_LABELS), _read_part(raw, TEST_IMAGES, TEST_LABELS)]
    images, labels = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
    return ImageDataset("fashion-mnist", images, labels, CLASS_NAMES)


def _not_found(download: bool) -> str:
    places = ", ".join(str(raw) for raw in search_folders())
    tried = " and could not be downloaded" if download else ""
    return (
        f"Fashion-MNIST is not in {places}{tried}: set {ROOT_VARIABLE} to a folder that holds "
        "FashionMNIST/raw/*.gz, or choose the dataset 'builtin'."
    )


def _read_part(raw: Path, images_name: str, labels_name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Images (N, 28, 28) uint8 and labels (N,) int64 of one part, checked against each other."""
    images_path, images = _read_idx(raw, images_name)
    labels_path, labels = _read_idx(raw, labels_name)
    if images.shape[1:] != (28, 28):
        raise GraderError(_damaged(images_path, f"its images are {tuple(images.shape[1:])}, not (28, 28)"))
    if len(images) != len(labels):
        raise GraderError(_damaged(labels_path, f"it has {len(labels)} labels for {len(images)} images"))
    if len(labels) and int(labels.max()) >= len(CLASS_NAMES):
        raise GraderError(_damaged(labels_path, f"it has the label {int(labels.max())}, the largest should be 9"))
    return images, labels


def _read_idx(raw: Path, name: str) -> tuple[Path, torch.Tensor]:
    """The file's path, and its content as torchvision reads it."""
    path = find_file(raw, name)
    if path is None:
        raise DatasetNotFound(f"{raw / name} went away while Fashion-MNIST was being read.")
    read = read_image_file if "images" in name else read_label_file
    try:
        if path.suffix != ".gz":
            return path, read(str(path))
        # torchvision reads only unpacked files, and the folder may be read-only.
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / name
            with gzip.open(path) as packed, unpacked.open("wb") as file:
                shutil.copyfileobj(packed, file, length=1 << 20)
            return path, read(str(unpacked))
    except _DAMAGE as error:
        raise GraderError(_damaged(path, str(error) or "it is not an idx file")) from error
    except OSError as error:
        raise GraderError(f"The Fashion-MNIST file {path} cannot be read or unpacked: {error}.") from error


def _damaged(path: Path, why: str) -> str:
    return f"The Fashion-MNIST file {path} is damaged ({why}): delete it and get it again."
