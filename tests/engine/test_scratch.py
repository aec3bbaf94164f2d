"""Whatever a job has left in its folder goes, and costs nobody but itself."""

from __future__ import annotations

import os
import tempfile

import pytest

from grader import scratch

DEPTH = 1500  # more than Python recurses


def make_deep(folder):
    """More than a thousand folders inside of each other, too deep for a path."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("d" * 20, dir_fd=here)
        inner = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def make_unreadable(folder):
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").write_text("x")
    (folder / "a" / "b").chmod(0)
    (folder / "a").chmod(0)
    folder.chmod(0o500)


@pytest.mark.parametrize("make", [make_deep, make_unreadable])
def test_folders_of_any_form_are_removed(tmp_path, make):
    folder = tmp_path / "job"
    folder.mkdir()
    make(folder)
    scratch.remove_folder(folder)
    assert not folder.exists()


def test_what_killed_runs_left_is_removed_and_breaks_no_run(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name, make in (("deep", make_deep), ("unreadable", make_unreadable)):
        folder = tmp_path / f"grader-{name}"
        folder.mkdir()
        (folder / ".lock").touch()
        make(folder)
    with scratch.scratch_folder() as folder:
        assert os.listdir(tmp_path) == [os.path.basename(folder)]
        make_deep(folder)
    assert os.listdir(tmp_path) == []


def test_a_job_without_namespaces_leaves_no_deep_folder(start):
    source = f"""
import os
def f():
    for _ in range({DEPTH}):
        os.mkdir("d" * 20); os.chdir("d" * 20)
    os.chmod(".", 0)
"""
    started = start(source, mechanisms=("landlock", "seccomp"))
    started.module.f()
    folder = started.worker._scratch_dir
    started.worker.close()
    assert not os.path.exists(folder)
