"""`grader doctor` in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.doctor import Diagnosis

_SIGNS = {"good": ("✓", "green"), "missing": ("✗", "red"), "note": ("·", "yellow")}


def print_diagnosis(console: Console, diagnosis: Diagnosis) -> None:
    """One line per finding, advice below it, and the verdict."""
    for finding in diagnosis.findings:
        sign, style = _SIGNS[finding.state]
        console.print(Text.assemble((f"{sign} ", style), (f"{finding.name}: ", "bold"), finding.text), soft_wrap=True)
        if finding.advice:
            console.print(Text(f"    → {finding.advice}", style="dim"), soft_wrap=True)
    verdict = "Untrusted submissions can be graded here." if diagnosis.ok else "Untrusted submissions are refused here."
    console.print(Text(verdict, style="green" if diagnosis.ok else "red"))
