"""Which dataset a name stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.data import DatasetNotFound, load
from grader.errors import GraderError
from tests.data.conftest import WriteRoot


def test_auto_takes_fashion_mnist_where_it_is(write_root: WriteRoot) -> None:
    write_root(Path("data"))
    assert load("auto").name == "fashion-mnist"


def test_auto_takes_the_builtin_set_without_files_and_network() -> None:
    assert load("auto").name == "builtin"


def test_builtin_is_builtin_even_where_fashion_mnist_is(write_root: WriteRoot) -> None:
    write_root(Path("data"))
    assert load("builtin").name == "builtin"


def test_fashion_mnist_is_never_replaced_silently() -> None:
    with pytest.raises(DatasetNotFound):
        load("fashion-mnist")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(GraderError, match=r"'mnist'.*auto, fashion-mnist, builtin"):
        load("mnist")
