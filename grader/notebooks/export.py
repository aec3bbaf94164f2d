"""nbgrader's CSV of grades, with points as people write them."""

from __future__ import annotations

import csv
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

_POINTS = ("raw_score", "late_submission_penalty", "score", "max_score")


class RoundedExport(CsvExportPlugin):
    """`nbgrader export` without the traces of binary sums: 14.4035 and not 14.403500000000001."""

    def export(self, gradebook: Gradebook) -> None:
        """Writes the file as nbgrader does, then rounds its columns of points."""
        super().export(gradebook)
        path = Path(self.to or "grades.csv")
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            rows = [{name: _rounded(value) if name in _POINTS else value for name, value in r.items()} for r in reader]
            names = list(reader.fieldnames or ())
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _rounded(value: str | None) -> str | None:
    """A number with at most four decimals; other text as it is."""
    try:
        return str(round(float(value or ""), 4))
    except ValueError:
        return value
