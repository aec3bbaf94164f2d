"""Points: shared out by the tests' weights, in whole hundredths of a hundredth, so that they always sum exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .course import Exercise

UNITS_PER_POINT = 10_000
SLOW_CRITERION = "accuracy"
"""The criterion whose tests train networks: seconds, where others take milliseconds."""


@dataclass(frozen=True, slots=True)
class TestSpec:
    """A test that has to run: its name in the suite, what it is about, and its relative weight."""

    __test__ = False

    exercise: str
    id: str
    title: str
    criterion: str
    weight: float


class NoTestsError(ValueError):
    """A criterion has points but no test."""


def max_units(exercise: Exercise, tests: Sequence[TestSpec]) -> dict[str, int]:
    """The most that each test of the exercise can earn, by test id, in units of 1/10 000 point.

    Criteria with points of their own share those among their tests; all other tests share the rest.
    """
    units: dict[str, int] = {}
    own = exercise.criteria_points
    for criterion, points in own.items():
        units |= _share(exercise, points, [test for test in tests if test.criterion == criterion], criterion)
    rest = Fraction(str(exercise.points)) - sum(Fraction(str(points)) for points in own.values())
    others = [test for test in tests if test.criterion not in own]
    if others or rest:
        units |= _share(exercise, float(rest), others, "the remaining criteria")
    return units


def _share(exercise: Exercise, points: float, tests: Sequence[TestSpec], criterion: str) -> dict[str, int]:
    total = round(Fraction(str(points)) * UNITS_PER_POINT)
    weights = {test.id: Fraction(str(test.weight)) for test in tests}
    if not sum(weights.values()):
        if total:
            raise NoTestsError(f"exercise '{exercise.id}' gives {points:g} points for {criterion}, which has no test")
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / sum(weights.values()) for name, weight in weights.items()}
    units = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: units[name] - exact[name])
    for name in by_remainder[: total - sum(units.values())]:
        units[name] += 1
    return units


def points(units: int) -> float:
    """Units as points."""
    return units / UNITS_PER_POINT
