"""`python -m benchmarks`: every benchmark, one after the other."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from .cost_per_submission import measure, table


def main() -> None:
    """Runs the benchmarks and writes their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved repetitions of everything")
    parser.add_argument("--submissions", type=int, default=20, help="submissions in the larger class")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    arguments = parser.parse_args()
    figures = measure(arguments.rounds, arguments.submissions)
    Console().print(table(figures))
    if arguments.out:
        arguments.out.write_text(json.dumps([vars(figure) for figure in figures], indent=2) + "\n")


if __name__ == "__main__":
    main()
