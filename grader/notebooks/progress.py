"""A run's progress in nbgrader's log."""

from __future__ import annotations

from logging import Logger

from grader.report.terminal import SilentListener
from grader.results import SubmissionResult


class LogListener(SilentListener):
    """A line when the grading begins, and one per submission."""

    def __init__(self, log: Logger) -> None:
        self._log = log

    def begin(self, submissions: int, tasks: int) -> None:
        """Says how much there is to do."""
        self._log.info("Grading %d submissions in the sandbox", submissions)

    def notice(self, sentence: str) -> None:
        """Passes on what the person who grades should know."""
        self._log.warning("%s", sentence)

    def finished(self, result: SubmissionResult, cached: bool) -> None:
        """Says what a submission earned."""
        known = " (known already)" if cached else ""
        self._log.info("Graded %s: %.2f of %g points%s", result.submission, result.score, result.max_score, known)
