"""`grader release`: what students get."""

from __future__ import annotations

import hashlib
import json
import zipfile


def test_a_release(grader, course, tmp_path):
    done = grader("release", tmp_path / "handout", "--course", course)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "handout").iterdir()}
    assert names == {"scale.py", "shift.py", "test_scale.py", "test_shift.py", "manifest.json"}
    manifest = json.loads((tmp_path / "handout" / "manifest.json").read_text())
    assert [exercise["id"] for exercise in manifest["exercises"]] == ["scale", "shift"]
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((tmp_path / "handout" / name).read_bytes()).hexdigest() == digest
    assert "sum([x]" not in (tmp_path / "handout" / "scale.py").read_text()


def test_a_zip(grader, course, tmp_path):
    assert grader("release", tmp_path / "handout", "--zip", "--course", course).returncode == 0
    with zipfile.ZipFile(tmp_path / "handout.zip") as archive:
        assert "handout/scale.py" in archive.namelist()
    assert not (tmp_path / "handout").exists()


def test_a_folder_in_use_is_left_alone(grader, course, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = grader("release", tmp_path, "--course", course)
    assert done.returncode == 2
    assert "new or an empty folder" in done.stderr


def test_missing_public_tests_and_broken_markers(grader, course, tmp_path):
    (course / "exercises" / "test_shift.py").unlink()
    done = grader("release", tmp_path / "handout", "--course", course)
    assert done.returncode == 2
    assert "public tests of 'shift'" in done.stderr
    solution = course / "solutions" / "scale.py"
    solution.write_text(solution.read_text().replace("### END SOLUTION", ""))
    done = grader("release", tmp_path / "handout", "--course", course)
    assert done.returncode == 2
    assert "scale.py" in done.stderr
    assert "line 2" in done.stderr
    assert not (tmp_path / "handout").exists()
