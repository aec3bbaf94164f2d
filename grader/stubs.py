"""Stubs from reference solutions: the student's part is cut out, everything else stays."""

from __future__ import annotations

import ast

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class StubError(ValueError):
    """The solution's markers do not pair."""


def make_stub(source: str) -> str:
    """`source` with each region between the markers replaced by one line that raises `NotImplementedError`.

    Raises `StubError` with the line number for markers that do not pair or stand outside a function.
    """
    lines: list[str] = []
    begin = 0
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() == BEGIN:
            if begin:
                raise StubError(f"line {number}: '{BEGIN}' inside the region that begins on line {begin}")
            begin = number
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f'{indent}raise NotImplementedError("{_enclosing(source, number)}: not written yet")')
        elif line.strip() == END:
            if not begin:
                raise StubError(f"line {number}: '{END}' without '{BEGIN}'")
            begin = 0
        elif not begin:
            lines.append(line)
    if begin:
        raise StubError(f"line {begin}: '{BEGIN}' without '{END}'")
    return "\n".join(lines) + "\n"


def _enclosing(source: str, line: int) -> str:
    """The qualified name of the function around a line."""
    names: list[str] = []
    nodes: list[ast.AST] = [ast.parse(source)]
    while nodes:
        node = nodes.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and child.lineno <= line <= (
                child.end_lineno or 0
            ):
                names.append(child.name)
                nodes = [child]
                break
        else:
            continue
    if not names:
        raise StubError(f"line {line}: '{BEGIN}' stands outside every function")
    return ".".join(names)
