"""What can go wrong with student code, seen from the trusted side. Each carries the sentence a student may read."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any

from grader.plain_text import plain_text


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of the student's own code in a traceback."""

    file: str
    line: int
    function: str
    code: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" + (f", in {self.function}" if self.function else "")
        return f"{place}: {self.code}" if self.code else place


class StudentError(Exception):
    """Student code raised an exception; also an instance of that exception's built-in class."""

    type_name: str = "Exception"
    text: str = ""
    frames: tuple[Frame, ...] = ()
    forbidden_operation: str | None = None

    def sentence(self) -> str:
        """What happened and on which line of the student's files."""
        what = f"{self.type_name}: {self.text}" if self.text else self.type_name
        where = f" ({self.frames[-1]})" if self.frames else ""
        return f"your code raised {what}{where}"


class WorkerStopped(Exception):
    """The process with the student's code is gone; `outcome` is what the running test gets."""

    outcome = "crashed"

    def sentence(self) -> str:
        """What happened, for the student."""
        return str(self)


class CallTimeout(WorkerStopped):
    """A call used up its time and was stopped."""

    outcome = "timeout"


class WorkerCrashed(WorkerStopped):
    """The process ended during a call."""


class LimitExceeded(WorkerStopped):
    """The process went beyond a limit and was stopped."""


class ProtocolError(WorkerStopped):
    """The process sent something that is no answer."""


class IsolationError(Exception):
    """The worker is less isolated than the course demands; nothing of the submission has been run."""


class ZygoteError(Exception):
    """The process that forks the workers could not be started or has died."""


def student_error(description: dict[str, Any]) -> StudentError:
    """The exception for a worker's description of one, of the built-in class that it names."""
    base = getattr(builtins, plain_text(description.get("builtin")), Exception)
    if not (isinstance(base, type) and issubclass(base, BaseException)):
        base = Exception
    text, type_name = plain_text(description.get("message")), plain_text(description.get("type")) or "Exception"
    try:
        cls = StudentError if base is Exception or not issubclass(base, Exception) else _combined(base)
        error: StudentError = cls(f"{type_name}: {text}")
    except TypeError:  # a built-in class with a constructor or a layout of its own
        error = StudentError(f"{type_name}: {text}")
    error.type_name, error.text = type_name, text
    error.forbidden_operation = plain_text(description.get("forbidden")) or None
    frames = description.get("frames")
    error.frames = (
        tuple(_frame(frame) for frame in frames[-8:] if isinstance(frame, dict)) if isinstance(frames, list) else ()
    )
    return error


def _combined(base: type[Exception]) -> type[StudentError]:
    return type(f"Student{base.__name__}", (StudentError, base), {})


def _frame(frame: dict[str, Any]) -> Frame:
    line = frame.get("line")
    return Frame(
        plain_text(frame.get("file")),
        line if type(line) is int else 0,
        plain_text(frame.get("function")),
        plain_text(frame.get("code")),
    )
