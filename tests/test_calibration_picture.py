"""The picture of a calibration: right code together against each broken module."""

from __future__ import annotations

from grader.calibrate import Calibration, Distribution
from grader.course import find_course, load_course
from grader.report.calibration import _label, _rows, draw_calibration


def distribution(module: str, kind: str, *values: float) -> Distribution:
    return Distribution(protocol="lenet", module=module, kind=kind, values=list(values), failed=0)


BAD = distribution("training/wrong/no_step", "wrong", 0.1, 0.1)
BETTER = distribution("training/wrong/half_the_data", "wrong", 0.77)
ONE = distribution("training/right/book", "right", 0.83, 0.82)
OTHER = distribution("training/right/closure", "right", 0.84)
REFERENCE = distribution("training/reference", "reference", 0.83)


def test_right_modules_share_a_row_and_broken_ones_go_from_good_to_bad():
    rows = _rows([BAD, OTHER, BETTER, ONE, REFERENCE])
    assert [_label(row) for row in rows] == ["reference", "✓ 2 right modules", "✗ half_the_data", "✗ no_step"]
    assert sorted(rows[1].values) == [0.82, 0.83, 0.84]


def test_without_right_or_broken_modules_there_are_no_such_rows():
    assert _rows([REFERENCE]) == [REFERENCE]


def test_the_picture_is_drawn(tmp_path):
    calibration = Calibration(dataset="fashion-mnist", torch="2.15", distributions=[REFERENCE, ONE, OTHER, BETTER, BAD])
    draw_calibration(load_course(find_course(None)), calibration, "lenet", tmp_path / "lenet.png")
    assert (tmp_path / "lenet.png").read_bytes().startswith(b"\x89PNG")
