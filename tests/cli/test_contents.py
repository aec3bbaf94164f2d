"""Submissions that are broken in ways of their own are read as far as they can be, or not at all, and say why."""

from __future__ import annotations

import os
import pickle
import zipfile

import pytest

from grader.submissions import Aside, contents, find_submissions, read_contents
from grader.worker import frames
from grader.worker.codec import Encoder
from tests.cli.conftest import write


def test_an_entry_without_a_name(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(".", "nothing")
        archive.writestr("./", "nothing")
        archive.writestr("scale.py", "x = 1")
    assert read_contents(path, ["scale"]).files == {"scale.py": b"x = 1"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_that_could_be_unpacked_without_end(tmp_path, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("scale.py", "x = 1")
        archive.writestr("shift.py", "y = 1", zipfile.ZIP_DEFLATED)
    found = read_contents(path, ["scale", "shift"])
    assert found.files == {"shift.py": b"y = 1"}
    assert "another way than zip files usually are" in found.refused["scale.py"]


def test_a_damaged_entry(tmp_path):
    path = tmp_path / "a.zip"
    text = os.urandom(400).hex()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scale.py", text)
        archive.writestr("shift.py", "y = 1")
    whole = bytearray(path.read_bytes())
    start = whole.index(b"scale.py") + len("scale.py")
    whole[start + 4 : start + 60] = bytes(56)
    path.write_bytes(whole)
    found = read_contents(path, ["scale", "shift"])
    assert "shift.py" in found.files
    assert "scale.py" not in found.files
    assert "scale.py cannot be read" in found.refused["scale.py"]


@pytest.mark.parametrize("name", [b"\xff.py", b"\x1b[2J\xe2\x80\xaered.py"])
def test_names_in_notes_can_be_written_anywhere(tmp_path, name):
    folder = write(tmp_path / "ada", scale="x = 1")
    os.symlink("/etc/hostname", os.fsencode(folder) + b"/" + name)
    (note,) = read_contents(folder, ["scale"]).notes
    note.encode()
    assert "is a symbolic link" in note
    assert note.isprintable()


def test_what_nobody_has_thought_of_is_one_submissions_affair(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "_read_folder", lambda *_: 1 / 0)
    found = read_contents(write(tmp_path / "ada", scale="x = 1"), ["scale"])
    assert not found.readable
    assert "ZeroDivisionError" in found.notes[0]


def test_long_names_stay_apart_and_can_be_written(tmp_path):
    for letter in "ab":
        write(tmp_path / "class" / ("ü" * 120 + letter), scale="x = 1")
    names = [found.name for found in find_submissions([tmp_path / "class"], ["scale"])]
    assert len(set(names)) == 2
    assert all(len(name.encode()) <= 180 for name in names)


def test_notebooks_of_no_exercise_are_named(tmp_path):
    folder = write(tmp_path / "ada", scale="x = 1")
    (folder / "scale-Copy1.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": "y = 2"}]}'
    )
    found = read_contents(folder, ["scale"])
    assert "scale-Copy1.ipynb has the name of no exercise and was not graded" in found.notes


def test_one_students_folder_as_nbgrader_lays_it_out(tmp_path):
    write(tmp_path / "submitted" / "bob" / "convnets", scale="x = 1")
    for argument in (tmp_path / "submitted", tmp_path / "submitted" / "bob"):
        assert [found.name for found in find_submissions([argument], ["scale"], "convnets")] == ["bob"]


def test_names_too_long_for_the_worker_are_left_out(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scale.py", "x = 1")
        archive.writestr("n" * 300 + ".txt", "of one name")
        archive.writestr("folder/" * 5_000 + "deep.txt", "of many")
    found = read_contents(path, ["scale"])
    assert found.files == {"scale.py": b"x = 1"}
    assert len(found.notes) == 2
    assert all("too long a name" in note for note in found.notes)


def test_many_long_names_leave_a_request_room(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scale.py", "x = 1")
        for number in range(1500):
            archive.writestr(("\x01" * 200 + "/") * 4 + f"{number:0150d}.txt", "")
    found = read_contents(path, ["scale"])
    encoder = Encoder()
    frames.pack({"files": encoder.encode(found.files)}, encoder.buffers)
    assert found.files["scale.py"] == b"x = 1"
    assert "is one file too many" in found.notes[0]


def test_a_zip_of_any_name_that_is_none(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"\xff\x1b[31m\n.zip")
    with open(path, "wb") as file:
        file.write(b"PK no zip")
    [handed_in] = find_submissions([tmp_path], ["scale"])
    found = read_contents(handed_in.path, ["scale"])
    assert not found.readable
    assert found.notes[0].encode().decode().isprintable()


def test_a_file_and_a_folder_of_one_name(tmp_path):
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scale.py/below/deep.py", "x = 1\n")
        archive.writestr("scale.py", "y = 2\n")
        archive.writestr("shift.py", "z = 3\n")
    contents = read_contents(path, ["scale", "shift"])
    assert contents.files == {"scale.py": b"y = 2\n", "shift.py": b"z = 3\n"}
    assert contents.notes == ["scale.py/below/deep.py lies in what is also a file (left out)"]


def test_modules_come_before_data(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(contents.MAX_FILES + 1):
            archive.writestr(f"data/{number}.png", "an image")
        archive.writestr("helpers.py", "x = 1")
        archive.writestr("scale.py", "from helpers import x")
    assert {"helpers.py", "scale.py"} <= set(read_contents(path, ["scale"]).files)


def test_entries_that_are_broken_are_not_read_for_ever(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scale.py", "x = 1")
        for number in range(500):
            archive.writestr(f"{number}.bin", b"some bytes")
    path.write_bytes(path.read_bytes().replace(b"some bytes", b"sane bytes"))
    found = read_contents(path, ["scale"])
    assert set(found.files) == {"scale.py"}
    assert sum("cannot be read" in reason for reason in found.refused.values()) == contents.MAX_BROKEN
    assert len(found.notes) <= contents.MAX_NOTES + 1


def test_a_zip_with_an_endless_list_of_files(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scale.py", "x = 1")
    assert read_contents(path, ["scale"]).readable
    monkeypatch.setattr(contents, "MAX_LISTING_BYTES", 40)
    assert "lists too many files" in read_contents(path, ["scale"]).notes[0]


def test_large_submissions_wait_on_disk(tmp_path):
    files = {"scale.py": b"x = 1", "data/images": os.urandom(3 << 20), "nothing": b""}
    small = contents.Contents({"scale.py": b"y = 2"})
    (tmp_path / "aside").mkdir()
    with Aside(tmp_path / "aside") as aside:
        assert aside.put(small) is small
        [first, second] = [aside.put(contents.Contents(files | {"name": name})) for name in (b"first", b"second")]
        assert not isinstance(first.files, dict)
        assert list((tmp_path / "aside").iterdir()) == []
        assert pickle.loads(pickle.dumps(first.files)) == files | {"name": b"first"}
        assert dict(second.files) == files | {"name": b"second"}
        assert second.digest() == contents.Contents(files | {"name": b"second"}).digest()


def test_a_module_in_capitals_is_named(tmp_path):
    write(tmp_path, Scale="x = 1\n", shift="y = 2\n", Shift="z = 3\n")
    contents = read_contents(tmp_path, ["scale", "shift"])
    assert contents.notes == ["Scale.py was not graded: the module's name is scale.py"]
