"""Progress and results in the terminal: a live bar where there is one, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from grader.results import ExerciseResult, SubmissionResult
from grader.runner.messages import RunnerReady

from .feedback import DATASET_TEXT

_STATUS = {"missing": "missing", "import_error": "import error", "not_started": "not started"}


class TerminalListener:
    """Shows a run's progress; a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._submissions = 0
        self._done = 0
        columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("exercises"))
        self._progress = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True)
        self._bar = self._progress.add_task("grading", total=None)

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
        self._console.print(f"isolation {ready.isolation}", highlight=False)
        if ready.dataset in DATASET_TEXT:
            self._console.print(f"accuracy is measured on {DATASET_TEXT[ready.dataset]}", highlight=False)

    def task_done(self, submission: str) -> None:
        self._progress.advance(self._bar)

    def finished(self, result: SubmissionResult, cached: bool) -> None:
        if cached or self._console.is_terminal:
            return
        self._done += 1
        score = f"{result.score:g}/{result.max_score:g}"
        self._console.print(Text(f"[{self._done}/{self._submissions}] {result.submission}: {score}"))


def results_table(results: Sequence[SubmissionResult]) -> Table:
    """One row per submission, one column per exercise."""
    table = Table(title="Results", title_justify="left")
    table.add_column("submission", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    for exercise in results[0].exercises if results else ():
        table.add_column(exercise.id, justify="right")
    for result in results:
        total = Text(f"{result.score:g} / {result.max_score:g}", style=_style(result.score, result.max_score))
        table.add_row(Text(result.submission), total, *(_cell(exercise) for exercise in result.exercises))
    return table


def _cell(exercise: ExerciseResult) -> Text:
    if exercise.status in _STATUS:
        return Text(_STATUS[exercise.status], style="red" if exercise.status == "import_error" else "dim")
    worst = {test.outcome for test in exercise.tests} & {"timeout", "crashed"}
    mark = f" {min(worst)}" if worst else ""
    return Text(f"{exercise.score:.4g}{mark}", style=_style(exercise.score, exercise.max_score))


def _style(score: float, most: float) -> str:
    return "green" if score >= most else "yellow" if score > 0 else "red"
