"""The order of a class's tasks, and the estimate of what is left."""

from collections import Counter

import pytest

from grader.runner.schedule import Estimate, in_order


def idle(order, costs, jobs):
    """How long runners idle at the end when each takes the next task as it gets free."""
    free = [0.0] * jobs
    for task in order:
        runner = free.index(min(free))
        free[runner] += costs[task]
    return max(free) - min(free)


def test_first_submissions_first_and_costly_tasks_first():
    submissions = [["a1", "a2"], ["b1", "b2"], ["c1", "c2"]]
    costs = {"a1": 1, "a2": 9, "b1": 2, "b2": 8, "c1": 30, "c2": 1}
    assert in_order(submissions, costs, jobs=1) == ["a2", "a1", "c1", "b2", "b1", "c2"]
    assert in_order([], {}, 2) == []


@pytest.mark.parametrize("jobs", [2, 4, 16])
def test_no_runner_idles_long_at_the_end(jobs):
    submissions = [[(student, task) for task in range(11)] for student in range(101)]
    tasks = [task for submission in submissions for task in submission]
    costs = {(student, task): 25.0 if task == 10 else 0.3 + task / 10 for student, task in tasks}
    assert idle(in_order(submissions, costs, jobs), costs, jobs) <= 0.5
    assert idle(tasks, costs, jobs) > 10


def test_the_estimate_is_the_mean_of_each_exercise():
    estimate = Estimate(Counter(short=3, long=2), jobs=2)
    assert estimate.seconds_left() is None
    estimate.done("short", 1.0)
    assert estimate.seconds_left() is None
    estimate.done("long", 10.0)
    assert estimate.seconds_left() == (2 * 1 + 10) / 2
    estimate.done("short", 3.0)
    assert estimate.seconds_left() == (2 + 10) / 2
    estimate.done("short", 2.0)
    estimate.done("long", 10.0)
    assert estimate.seconds_left() == 0
