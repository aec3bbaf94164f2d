"""`python -m benchmarks`: every benchmark, one after the other."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .cost_per_submission import measure, table
from .cost_split import measure_split, split_table
from .isolation import isolation_table, measure_isolation
from .notebooks import measure_notebooks, notebook_table
from .peers import measure_peers, peer_table
from .scaling import measure_scaling, scaling_table
from .simulated_cuda import measure_steps, step_table
from .training import measure_training, training_table

BENCHMARKS: dict[str, tuple[Callable[[argparse.Namespace], list[Any]], Callable[[list[Any]], Table]]] = {
    "cost": (lambda arguments: measure(arguments.rounds, arguments.submissions), table),
    "split": (lambda arguments: measure_split(arguments.rounds), split_table),
    "peers": (
        lambda arguments: measure_peers(arguments.rounds, arguments.submissions, arguments.peer_submissions),
        peer_table,
    ),
    "scaling": (lambda arguments: measure_scaling(arguments.rounds), scaling_table),
    "notebooks": (lambda arguments: measure_notebooks(arguments.rounds), notebook_table),
    "isolation": (lambda arguments: measure_isolation(arguments.rounds), isolation_table),
    "training": (lambda arguments: measure_training(arguments.rounds), training_table),
    "devices": (lambda arguments: measure_steps(arguments.rounds), step_table),
}

WIDTH = 160
"""Of what does not go to a terminal, in characters: the tables have many columns."""


def main() -> None:
    """Runs the benchmarks and writes their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved repetitions of everything")
    parser.add_argument("--submissions", type=int, default=20, help="submissions in the larger class")
    parser.add_argument("--peer-submissions", type=int, default=10, help="of these, how many other autograders grade")
    parser.add_argument(
        "--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS), help="which ones (default: all)"
    )
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    arguments = parser.parse_args()
    console, figures = Console(width=None if sys.stdout.isatty() else WIDTH), dict[str, list[Any]]()
    for name in arguments.only:
        take, show = BENCHMARKS[name]
        figures[name] = take(arguments)
        console.print(show(figures[name]))
    if arguments.out:
        found = {name: [{**vars(figure), "ratio": figure.ratio} for figure in group] for name, group in figures.items()}
        arguments.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
