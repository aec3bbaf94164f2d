"""What the feedback tells of a test with many cases."""

from __future__ import annotations

from grader.report.feedback import MAX_PROBLEMS, _text, failures, problem_lines
from grader.report.groups import grouped
from grader.results import TestResult


def cases_of(test: str, *messages: str) -> list[TestResult]:
    return [
        TestResult(
            id=f"{test}[{number}]",
            title=f"values [{number}]",
            criterion="values",
            score=0,
            max_score=1,
            outcome="failed",
            message=message,
            duration_s=0,
        )
        for number, message in enumerate(messages)
    ]


def group_of(*messages: str):
    return grouped(cases_of("test_values", *messages))[0]


def test_a_hint_that_all_share_is_told_once():
    lines = problem_lines(group_of("wrong for rows. Hint: count them", "wrong for columns. Hint: count them"))
    assert lines == ["wrong for rows.", "wrong for columns.", "Hint: count them"]


def test_a_single_problem_keeps_its_hint():
    assert problem_lines(group_of("wrong. Hint: look again")) == ["wrong. Hint: look again"]


def test_different_hints_stay_where_they_are():
    messages = ["one. Hint: this", "two. Hint: that", "it crashed"]
    assert problem_lines(group_of(*messages)) == messages


def test_of_many_problems_some_are_told():
    lines = problem_lines(group_of(*(f"wrong for {number}. Hint: h" for number in range(MAX_PROBLEMS + 3))))
    assert lines[MAX_PROBLEMS:] == ["… and 3 more like these", "Hint: h"]


def test_problems_without_hints():
    assert problem_lines(group_of("one", "two")) == ["one", "two"]


def test_what_went_wrong_before_is_not_told_at_length_again():
    tests = [
        *cases_of("test_values", "of shape (2, 3). Hint: count", "of shape (4, 1). Hint: count"),
        *cases_of("test_gradients", "of shape (5, 3). Hint: detach nothing"),
        *cases_of("test_views", "of shape (5, 3). Hint: use strides", "wrong on views. Hint: use strides"),
    ]
    lines = [lines for _, lines in failures(tests)]
    assert lines[0] == ["of shape (2, 3).", "of shape (4, 1).", "Hint: count"]
    assert lines[1] == ["as above: of shape (5, 3)."]
    assert lines[2] == ["of shape (5, 3).", "wrong on views.", "Hint: use strides"]


def test_text_of_students_is_neither_a_link_nor_a_mention():
    assert _text("see https://a.b or www.a.b, @all: *now*") == r"see https\://a.b or www\.a.b, \@all: \*now\*"
