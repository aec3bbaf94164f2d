"""What went wrong in student code, as data: the exception's type, its text, the student's own lines."""

from __future__ import annotations

import builtins
import linecache
import os
import traceback
from typing import Any

MAX_MESSAGE = 2000
MAX_FRAMES = 8


def describe(error: BaseException, submission_dir: str) -> dict[str, Any]:
    """`error` as data; frames outside the submission's own files are left out."""
    builtin = next((cls.__name__ for cls in type(error).__mro__ if getattr(builtins, cls.__name__, None) is cls), None)
    try:
        message = str(error)[:MAX_MESSAGE]
    except BaseException:
        message = "(the exception's text cannot be shown)"
    return {
        "type": type(error).__name__[:200],
        "builtin": builtin or "Exception",
        "message": message,
        "forbidden": getattr(error, "forbidden_operation", None)
        if type(error).__name__ == "ForbiddenOperation"
        else None,
        "frames": _frames(error, submission_dir),
    }


def _frames(error: BaseException, submission_dir: str) -> list[dict[str, Any]]:
    frames = []
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(submission_dir):
        name = os.path.relpath(error.filename, submission_dir)
        frames.append(_frame(name, error.lineno or 0, "", (error.text or "").strip()))
    for summary, line in traceback.walk_tb(error.__traceback__):
        filename = summary.f_code.co_filename
        if filename.startswith(submission_dir):
            name = os.path.relpath(filename, submission_dir)
            frames.append(_frame(name, line, summary.f_code.co_name, linecache.getline(filename, line).strip()))
    return frames[-MAX_FRAMES:]


def _frame(file: str, line: int, function: str, code: str) -> dict[str, Any]:
    return {"file": file[:200], "line": line, "function": function[:200], "code": code[:200]}
