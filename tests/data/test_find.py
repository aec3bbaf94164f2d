"""Where Fashion-MNIST is looked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.data import find_fashion_mnist
from tests.data.conftest import WriteRoot


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_fashion_mnist() is None


def test_the_environment_variable_comes_before_the_data_folder(
    tmp_path: Path, write_root: WriteRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_root(Path("data"))
    root = write_root(tmp_path / "root")
    monkeypatch.setenv("FASHION_MNIST_ROOT", str(root))
    assert find_fashion_mnist() == root / "FashionMNIST" / "raw"


def test_the_data_folder_comes_before_the_cache(tmp_path: Path, write_root: WriteRoot) -> None:
    cached = write_root(tmp_path / "cache" / "convnet-course-grader")
    assert find_fashion_mnist() == cached / "FashionMNIST" / "raw"
    write_root(Path("data"))
    assert find_fashion_mnist() == Path("data/FashionMNIST/raw")


def test_a_root_without_the_files_is_passed_over(
    tmp_path: Path, write_root: WriteRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASHION_MNIST_ROOT", str(tmp_path / "nowhere"))
    write_root(Path("data"))
    assert find_fashion_mnist() == Path("data/FashionMNIST/raw")


def test_a_folder_that_lacks_one_file_is_passed_over(write_root: WriteRoot) -> None:
    root = write_root(Path("data"))
    (root / "FashionMNIST/raw/t10k-labels-idx1-ubyte.gz").unlink()
    assert find_fashion_mnist() is None


def test_looking_does_not_import_torch() -> None:
    code = "import sys, grader.data; grader.data.find_fashion_mnist(); sys.exit('torch' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
