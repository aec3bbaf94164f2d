"""From what a test raised to its outcome and the sentence for the student."""

from __future__ import annotations

import traceback

import pytest
from torch.autograd.gradcheck import GradcheckError

from grader.engine.errors import StudentError, WorkerStopped
from grader.plain_text import plain_text
from grader.results import HINT, Outcome
from grader.testing import CheckFailed

NOT_WRITTEN = "not written yet"


def judge(item: pytest.Item, error: BaseException | None) -> tuple[Outcome, str, str]:
    """Outcome, message and, if the grader or the suite is at fault, what went wrong there."""
    outcome, message, fault = _judge(item, error)
    return outcome, plain_text(message), fault  # names that student code has chosen may be in it


def _judge(item: pytest.Item, error: BaseException | None) -> tuple[Outcome, str, str]:
    if error is None:
        return "passed", "", ""
    if isinstance(error, pytest.skip.Exception):
        return "skipped", str(error), ""
    if isinstance(error, WorkerStopped):
        return error.outcome, error.sentence(), ""  # type: ignore[return-value]
    if isinstance(error, NotImplementedError) and isinstance(error, StudentError) and _raised_by_student(error):
        return "failed", f"{NOT_WRITTEN}: {error.text}" if NOT_WRITTEN not in error.text else error.text, ""
    if isinstance(error, StudentError):
        return "error", error.sentence(), ""
    if isinstance(error, CheckFailed):
        return "failed", _with_hint(item, str(error)), ""
    if isinstance(error, GradcheckError):
        message = "the gradients do not agree with finite differences"
        return "failed", _with_hint(item, message), ""
    if isinstance(error, AssertionError):
        return "failed", _with_hint(item, f"the check “{title(item)}” failed"), ""
    fault = _fault(item, error)
    return "error", "the grader could not run this test; this is not your fault: please tell your instructor", fault


def _raised_by_student(error: StudentError) -> bool:
    """Whether the student's own code raises the exception; torch raises `NotImplementedError` too."""
    return not error.frames or "NotImplementedError" in error.frames[-1].code


def _fault(item: pytest.Item, error: BaseException) -> str:
    """Where the suite or the grader failed: the frames from the test function on."""
    frames = traceback.extract_tb(error.__traceback__)
    start = next((i for i, frame in enumerate(frames) if frame.filename == str(item.path)), 0)
    return f"{item.nodeid}\n" + "".join(
        [*traceback.format_list(frames[start:]), *traceback.format_exception_only(error)]
    )


def wrong_kind(error: BaseException) -> str:
    """The sentence for a value that a sound test could not work with."""
    detail = f" ({error})" if isinstance(error, AttributeError | TypeError) else ""
    return plain_text(f"your code returned something of another kind than the exercise asks for{detail}")


def title(item: pytest.Item) -> str:
    """What the test is about: the first line of its docstring, with its parameters filled in."""
    function = getattr(item, "function", None)
    doc = (getattr(function, "__doc__", None) or item.name).strip().splitlines()[0].rstrip(".")
    callspec = getattr(item, "callspec", None)
    return f"{doc} [{callspec.id}]" if callspec is not None else doc


def _with_hint(item: pytest.Item, message: str) -> str:
    mark = item.get_closest_marker("hint")
    if mark is None:
        return message
    nudge, section = mark.args
    pointer = f" (see “{section}” in the exercise's text)" if section else ""
    stop = "" if message.endswith((".", "?", "!")) else "."
    return f"{message}{stop}{HINT}{nudge}{pointer}"
