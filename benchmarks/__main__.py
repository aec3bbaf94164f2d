"""`python -m benchmarks`: every benchmark, one after the other."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from .cost_per_submission import measure, table
from .isolation import isolation_table, measure_isolation
from .notebooks import measure_notebooks, notebook_table
from .simulated_cuda import measure_steps, step_table
from .training import measure_training, training_table

BENCHMARKS = ["cost", "notebooks", "isolation", "training", "devices"]


def main() -> None:
    """Runs the benchmarks and writes their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved repetitions of everything")
    parser.add_argument("--submissions", type=int, default=20, help="submissions in the larger class")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS, help="which ones (default: all)")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    arguments = parser.parse_args()
    console, figures = Console(), {}
    if "cost" in arguments.only:
        figures["cost_per_submission"] = costs = measure(arguments.rounds, arguments.submissions)
        console.print(table(costs))
    if "notebooks" in arguments.only:
        figures["notebooks"] = completed = measure_notebooks(arguments.rounds)
        console.print(notebook_table(completed))
    if "isolation" in arguments.only:
        figures["isolation"] = levels = measure_isolation(arguments.rounds)
        console.print(isolation_table(levels))
    if "training" in arguments.only:
        figures["training"] = protocols = measure_training(arguments.rounds)
        console.print(training_table(protocols))
    if "devices" in arguments.only:
        figures["simulated_cuda"] = steps = measure_steps(arguments.rounds)
        console.print(step_table(steps))
    if arguments.out:
        found = {name: [{**vars(figure), "ratio": figure.ratio} for figure in group] for name, group in figures.items()}
        arguments.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
