"""Progress and results in the terminal: a live bar where there is one, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from types import TracebackType
from typing import Self

from rich.box import SIMPLE
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from grader.results import ExerciseResult, SubmissionResult
from grader.runner.messages import RunnerReady

from .feedback import DATASET_TEXT

_MARKS = {
    "missing": ("–", "dim", "not handed in"),
    "not_started": ("·", "dim", "not started"),
    "import_error": ("!", "red", "could not be imported"),
    "timeout": ("t", "red", "a test ran out of time"),
    "crashed": ("c", "red", "a test crashed"),
}


class SilentListener:
    """Says nothing of a run's progress."""

    def begin(self, submissions: int, tasks: int) -> None: ...

    def ready(self, ready: RunnerReady) -> None: ...

    def notice(self, sentence: str) -> None: ...

    def task_done(self, submission: str, seconds_left: float | None) -> None: ...

    def finished(self, result: SubmissionResult, cached: bool) -> None: ...


class TerminalListener:
    """Shows a run's progress; a context manager."""

    def __init__(self, console: Console, *, every_submission: bool = False) -> None:
        self._console = console
        self._every_submission = every_submission or not console.is_terminal
        self._left: float | None = None
        self._submissions = 0
        self._done = 0
        columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("exercises"))
        left = TextColumn("{task.fields[left]}")
        self._progress = Progress(*columns, TimeElapsedColumn(), left, console=console, transient=True)
        self._bar = self._progress.add_task("grading", total=None, left="")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, submissions: int, tasks: int) -> None:
        self._submissions = submissions
        self._progress.update(self._bar, total=tasks or None)
        if submissions and not self._console.is_terminal:
            self._console.print(f"grading {submissions} submissions: starting the workers", highlight=False)

    def ready(self, ready: RunnerReady) -> None:
        self._console.print(f"isolation {ready.facts.isolation}", highlight=False)
        if ready.facts.dataset in DATASET_TEXT:
            self._console.print(f"accuracy is measured on {DATASET_TEXT[ready.facts.dataset]}", highlight=False)

    def notice(self, sentence: str) -> None:
        self._console.print(sentence, highlight=False, markup=False)

    def task_done(self, submission: str, seconds_left: float | None) -> None:
        self._left = seconds_left
        self._progress.update(self._bar, advance=1, left=_time_left(seconds_left))

    def finished(self, result: SubmissionResult, cached: bool) -> None:
        if cached:
            return
        self._done += 1
        if self._every_submission:
            score = f"{_short(result.score)}/{_short(result.max_score)}"
            left = f"  ({_time_left(self._left)})" if self._left and self._done < self._submissions else ""
            self._console.print(Text(f"[{self._done}/{self._submissions}] {result.submission}: {score}{left}"))


def _time_left(seconds: float | None) -> str:
    """In words, no more precise than it can be."""
    if not seconds:
        return ""
    if seconds < 60:
        return f"about {max(10 * ceil(seconds / 10), 10)} s left"
    minutes = ceil(seconds / 60)
    return f"about {minutes} min left" if minutes < 90 else f"about {seconds / 3600:.1f} h left"


def results_table(results: Sequence[SubmissionResult]) -> RenderableType:
    """One row per submission, one narrow column per exercise, and what the marks mean."""
    exercises = [exercise.id for exercise in results[0].exercises] if results else []
    table = Table(title="Results", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("submission", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    for number in range(1, len(exercises) + 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    seen = set[str]()
    for result in results:
        seen.update(mark for exercise in result.exercises for mark in _marks(exercise))
        total = Text(f"{_short(result.score)}/{_short(result.max_score)}", style=_style(result.score, result.max_score))
        table.add_row(Text(result.submission), total, *(_cell(exercise) for exercise in result.exercises))
    columns = "  ".join(f"{number} {name}" for number, name in enumerate(exercises, 1))
    marks = ", ".join(f"{sign} {meaning}" for mark, (sign, _, meaning) in _MARKS.items() if mark in seen)
    return Group(table, Text("\n".join(filter(None, (columns, marks)))))


def _marks(exercise: ExerciseResult) -> list[str]:
    if exercise.status in _MARKS:
        return [exercise.status]
    return sorted({test.outcome for test in exercise.tests} & _MARKS.keys())


def _cell(exercise: ExerciseResult) -> Text:
    if exercise.status in _MARKS:
        sign, style, _ = _MARKS[exercise.status]
        return Text(sign, style=style)
    signs = "".join(_MARKS[mark][0] for mark in _marks(exercise))
    return Text(f"{_short(exercise.score)}{signs}", style=_style(exercise.score, exercise.max_score))


def _short(points: float) -> str:
    """With one decimal, rounded down: only full marks look full."""
    return f"{floor(points * 10 + 1e-9) / 10:g}"


def _style(score: float, most: float) -> str:
    return "green" if score >= most else "yellow" if score > 0 else "red"
