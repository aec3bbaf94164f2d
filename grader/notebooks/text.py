"""The text of an exercise, from its module's docstring to Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TITLE = re.compile(r"^(.*?\.)\s{2,}(.*)$")


@dataclass
class Section:
    """A heading ("" before the first one) and the Markdown under it."""

    heading: str
    body: str


def sections(docstring: str, formulas: Mapping[str, str]) -> list[Section]:
    """The docstring's sections; indented lines become code, or LaTeX where `formulas` has the line."""
    lines = docstring.strip("\n").splitlines()
    title = _TITLE.match(lines[0])
    first = f"# {title[1].rstrip('.')}\n\n*{title[2]}*" if title else f"# {lines[0]}"
    found = [Section("", first)]
    start = 1
    headings = [n for n in range(1, len(lines)) if re.fullmatch(r"-{3,}", lines[n]) and lines[n - 1].strip()]
    for number, position in enumerate(headings):
        found[-1].body += "\n\n" + _markdown(lines[start : position - 1], formulas)
        heading = lines[position - 1].strip()
        found.append(Section(heading, f"## {heading}"))
        start = position + 1
        if number == len(headings) - 1:
            found[-1].body += "\n\n" + _markdown(lines[start:], formulas)
    return [Section(section.heading, section.body.strip() + "\n") for section in found]


def _markdown(lines: list[str], formulas: Mapping[str, str]) -> str:
    parts: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("    ") or (block and not line.strip()):
            block.append(line[4:])
            continue
        if block:
            parts.append(_block(block, formulas))
            block = []
        parts.append(line)
    if block:
        parts.append(_block(block, formulas))
    return "\n".join(parts).strip()


def _block(lines: list[str], formulas: Mapping[str, str]) -> str:
    parts: list[str] = []
    code: list[str] = []

    def close() -> None:
        text = "\n".join(code).strip("\n")
        if text.strip():
            parts.append(f"\n```text\n{text}\n```\n")
        code.clear()

    for line in lines:
        formula = formulas.get(line.strip())
        if formula is None:
            code.append(line)
        else:
            close()
            parts.append(f"\n$${formula}$$\n")
    close()
    return "\n".join(parts)
