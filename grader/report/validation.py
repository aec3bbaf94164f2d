"""The report of `grader validate` in the terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from grader.validate import ValidationReport


class Progress:
    """A bar where there is a terminal, nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("validating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("validating", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """So many of so many tasks are done."""
        self._bar.update(self._task, completed=done, total=total)


def print_validation(console: Console, report: ValidationReport) -> None:
    """The kill matrix, what went wrong, and the slowest tests."""
    exercises = list(dict.fromkeys(case.exercise for case in report.cases))
    console.print(_kill_matrix(report, exercises))
    slowest = ", ".join(f"{test.exercise}.{test.id} {test.duration_s:.2f} s" for test in report.slowest[:5])
    console.print(f"slowest tests on the reference: {slowest}", highlight=False)
    seeds = f"seed {report.seed}" if report.seeds == 1 else f"seeds {report.seed} to {report.seed + report.seeds - 1}"
    console.print(
        f"isolation {report.isolation}; device {report.device}; dataset {report.dataset}; {seeds}",
        highlight=False,
    )
    for problem in report.drift:
        console.print(Text(f"✗ {problem}", style="red"))
    for case in report.cases:
        if not case.ok:
            named = f" (to be caught by {case.criterion})" if case.criterion else ""
            console.print(Text(f"✗ {case.name}{named}: {case.problem}", style="red"))
    mutants = [case for case in report.cases if case.kind == "mutant"]
    if mutants:
        killed, equivalent = sum(bool(case.failed) for case in mutants), sum(bool(case.equivalent) for case in mutants)
        share = killed / max(1, len(mutants) - equivalent)
        console.print(
            f"mutants: {killed} of {len(mutants)} caught, {equivalent} equivalent: score {share:.1%}", highlight=False
        )
    wrong = [case for case in report.cases if case.kind == "wrong"]
    right = [case for case in report.cases if case.kind == "right"]
    caught = f"{sum(case.ok for case in wrong)} of {len(wrong)} wrong modules caught"
    failed = f"{sum(not case.ok for case in right)} of {len(right)} right modules failed"
    console.print(f"{'validated' if report.ok else 'NOT validated'}: {caught}, {failed}", highlight=False)


def _kill_matrix(report: ValidationReport, exercises: list[str]) -> Table:
    criteria = list(dict.fromkeys(case.criterion for case in report.cases if case.criterion))
    table = Table(title="Wrong modules caught, by the criterion they must lose points in", title_justify="left")
    for column in ("exercise", "reference", "stub", "right", "wrong"):
        table.add_column(column, justify="left" if column == "exercise" else "right")
    for criterion in criteria:
        table.add_column(criterion, justify="right")
    for exercise in exercises:
        cells = [_ratio(report.count(exercise, kind)) for kind in ("reference", "stub", "right", "wrong")]
        for criterion in criteria:
            cases = [c for c in report.cases if c.exercise == exercise and c.criterion == criterion]
            cells.append(_ratio((len(cases), sum(case.ok for case in cases))) if cases else Text(""))
        table.add_row(exercise, *cells)
    return table


def _ratio(counts: tuple[int, int]) -> Text:
    total, good = counts
    return Text(f"{good}/{total}", style="green" if good == total else "red")
