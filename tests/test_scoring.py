"""Points always sum exactly, whatever the weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import Exercise
from grader.scoring import UNITS_PER_POINT, NoTestsError, TestSpec, max_units, points


def specs(*tests: tuple[str, float]) -> list[TestSpec]:
    return [TestSpec("e", f"t{i}", "", criterion, weight) for i, (criterion, weight) in enumerate(tests)]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.5, 1, 2, 3, 0.1, 7])), min_size=1, max_size=60),
    st.integers(1, 10_000),
)
def test_points_sum_exactly(tests, hundredths):
    exercise = Exercise(id="e", title="", points=hundredths / 100)
    units = max_units(exercise, specs(*tests))
    assert sum(units.values()) == hundredths * UNITS_PER_POINT // 100
    assert points(sum(units.values())) == hundredths / 100


def test_a_criterion_can_have_points_of_its_own():
    exercise = Exercise(id="e", title="", points=10, criteria_points={"accuracy": 6})
    units = max_units(exercise, specs(("values", 1), ("values", 3), ("accuracy", 1)))
    assert [points(unit) for unit in units.values()] == [6, 1, 3] or list(map(points, units.values())) == [1, 3, 6]
    assert points(units["t2"]) == 6
    assert points(units["t1"]) == 3


def test_weights_are_relative():
    units = max_units(Exercise(id="e", title="", points=3), specs(("a", 1), ("a", 2)))
    assert [points(unit) for unit in units.values()] == [1, 2]


def test_points_without_a_test_are_an_error():
    exercise = Exercise(id="e", title="", points=10, criteria_points={"accuracy": 6})
    with pytest.raises(NoTestsError, match="6 points for accuracy, which has no test"):
        max_units(exercise, specs(("values", 1)))
