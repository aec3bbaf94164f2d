"""Text of students in Markdown: shown as it is, never as markup."""

from __future__ import annotations

import re


def literal(text: str) -> str:
    """Markdown that shows the text letter by letter: a fenced block whose fence is longer than any within.

    Escaping does not do here: nbgrader's pages render Markdown with HTML in it, and MathJax looks for formulas (which
    may hold links to scripts) in what comes out, except in code.
    """
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}\n{text}\n{fence}"
