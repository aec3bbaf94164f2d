"""A calibration for people: a table in the terminal, distributions as pictures."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.calibrate import REFERENCE, Calibration, Distribution, false_fail_probability, proposed_demand
from grader.course import Course

_COLOURS = {REFERENCE: "#1b6ca8", "right": "#2e8b57", "wrong": "#c0392b"}


def print_calibration(console: Console, course: Course, calibration: Calibration) -> None:
    """What the reference reached, the demand in force, and the one that the figures propose."""
    table = Table(title=f"Accuracy on {calibration.dataset}, torch {calibration.torch}", title_justify="left")
    for column in ("protocol", "module", "n", "mean", "sd", "min", "max", "demand", "P(fail)", "proposed"):
        table.add_column(column, justify="left" if column in ("protocol", "module") else "right")
    for d in calibration.distributions:
        if not d.values:
            table.add_row(d.protocol, d.module, "0", *["–"] * 7)
            continue
        figures = [f"{x:.4f}" for x in (d.mean, d.sd, min(d.values), max(d.values))]
        table.add_row(d.protocol, d.module, str(len(d.values)), *figures, *_demands(course, calibration, d))
    console.print(table)


def _demands(course: Course, calibration: Calibration, d: Distribution) -> list[str]:
    protocol = course.accuracy[d.protocol].get(calibration.dataset)  # type: ignore[call-overload]
    if protocol is None:
        return ["–", "–", "–"]
    if d.kind != REFERENCE:
        return [f"{protocol.demand:.2f}", f"{sum(v < protocol.demand for v in d.values)}/{len(d.values)} below", ""]
    proposed = proposed_demand(d)
    return [f"{protocol.demand:.2f}", f"{false_fail_probability(d, protocol.demand):.0e}", f"{proposed:.2f}"]


def draw_calibration(course: Course, calibration: Calibration, protocol: str, path: Path) -> None:
    """Rows of dots: the reference, all right variants together, each broken module from good to bad; and the demand."""
    from matplotlib.figure import Figure

    rows = _rows([d for d in calibration.distributions if d.protocol == protocol and d.values])[::-1]
    figure = Figure(figsize=(9, 1.2 + 0.22 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for height, d in enumerate(rows):
        axes.plot(d.values, [height] * len(d.values), "|", color=_COLOURS[d.kind], markersize=9, markeredgewidth=1)
    plan = course.accuracy[protocol].get(calibration.dataset)  # type: ignore[call-overload]
    if plan is not None:
        axes.axvline(plan.demand, color="black", linewidth=1, linestyle="--", label=f"demand {plan.demand:.2f}")
        axes.axvline(plan.target, color="grey", linewidth=1, linestyle=":", label=f"stated target {plan.target:.2f}")
        axes.legend(loc="upper left", fontsize=8)
    axes.set_yticks(range(len(rows)), [_label(d) for d in rows], fontsize=7)
    axes.set_ylim(-1, len(rows))
    axes.set_xlim(0, 1)
    axes.set_xlabel(f"accuracy on held-out images ({calibration.dataset})")
    axes.set_title(f"Protocol {protocol}: right code and broken code over seeds", fontsize=10)
    axes.grid(axis="x", alpha=0.3)
    figure.savefig(path, dpi=130)


def _rows(distributions: list[Distribution]) -> list[Distribution]:
    reference, right, wrong = ([d for d in distributions if d.kind == kind] for kind in (REFERENCE, "right", "wrong"))
    if right:
        values = [value for d in right for value in d.values]
        together = f"all/right/{len(right)} right {'module' if len(right) == 1 else 'modules'}"
        right = [right[0].model_copy(update={"module": together, "values": values})]
    return [*reference, *right, *sorted(wrong, key=lambda d: -d.mean)]


def _label(d: Distribution) -> str:
    return d.module.partition("/")[2].replace("wrong/", "✗ ").replace("right/", "✓ ")
