"""Text from student code or from file names, made fit to be shown, stored and written anywhere."""

from __future__ import annotations

MAX_LENGTH = 2000


def plain_text(value: object) -> str:
    """A string without control characters, direction marks and lone surrogates, and not too long; else nothing."""
    if not isinstance(value, str):
        return ""
    clean = value[:MAX_LENGTH].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in clean)
