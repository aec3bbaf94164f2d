"""The download from a server on this machine: it ends with the four files, or with nothing."""

from __future__ import annotations

import functools
import http.server
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from torchvision.datasets import FashionMNIST

from grader.data import download, find_fashion_mnist
from tests.data.conftest import WriteRoot

REAL_ROOT = os.environ.get("FASHION_MNIST_ROOT")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Serves the files of ``folder`` on the port it yields."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def use_server(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MIRRORS", [f"http://127.0.0.1:{port}/"])
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.skipif(REAL_ROOT is None, reason="FASHION_MNIST_ROOT is not set")
def test_the_four_files_are_downloaded_into_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Path(str(REAL_ROOT)) / "FashionMNIST" / "raw") as port:
        use_server(port, monkeypatch)
        assert download.download_fashion_mnist() == Path("data/FashionMNIST/raw")
    assert find_fashion_mnist() == Path("data/FashionMNIST/raw")
    assert os.listdir("data") == ["FashionMNIST"]
    assert socket.getdefaulttimeout() is None


@pytest.mark.skipif(REAL_ROOT is None, reason="FASHION_MNIST_ROOT is not set")
def test_a_download_goes_on_at_the_next_mirror_and_where_it_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = Path(str(REAL_ROOT)) / "FashionMNIST" / "raw"
    names = [name for name, _ in FashionMNIST.resources]
    halves = [tmp_path / "first", tmp_path / "second"]
    for folder, part in zip(halves, (names[:2], names[2:]), strict=True):
        folder.mkdir()
        for name in part:
            (folder / name).symlink_to((raw / name).resolve())
    with serving(halves[0]) as first:
        use_server(first, monkeypatch)
        assert download.download_fashion_mnist() is None  # two files are missing
    with serving(halves[1]) as second:
        mirrors = [f"http://127.0.0.1:{first}/", f"http://127.0.0.1:{second}/"]  # the first one is gone
        monkeypatch.setattr(download, "MIRRORS", mirrors)
        monkeypatch.setattr(download, "_a_mirror_answers", lambda: True)
        assert download.download_fashion_mnist() == Path("data/FashionMNIST/raw")
    assert os.listdir("data") == ["FashionMNIST"]


def test_files_other_than_the_published_ones_are_not_kept(
    tmp_path: Path, write_root: WriteRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(write_root(tmp_path / "fake") / "FashionMNIST" / "raw") as port:
        use_server(port, monkeypatch)
        assert download.download_fashion_mnist() is None
    assert find_fashion_mnist() is None


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "ANSWER_TIMEOUT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_server(silent.getsockname()[1], monkeypatch)
        start = time.monotonic()
        assert download.download_fashion_mnist() is None
    assert time.monotonic() - start < 2
