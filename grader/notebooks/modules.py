"""A notebook's code as the source of a module: what the definitions need, without the trying out between them.

Nothing of the notebook is run. This file needs the standard library alone, so that it can be handed out with the
notebooks: there it lets one notebook import another.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

GENERATED = "nbgrader"
MAX_CODE_CHARACTERS = 1 << 19
MAX_STATEMENTS = 5_000  # each is looked at by itself
MAX_PARTS = 8_000_000  # of the JSON: each costs some tens of bytes when it is read
_KEPT_CELL_MAGICS = re.compile(r"^%%(time|timeit|capture|prun)\b.*$")
_DEFINES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_NEWLINE = re.compile(r"\r\n|\r|\n")  # where Python's parser ends a line; `splitlines` knows more
# What IPython makes of one line. None of these may match across lines or in more than one way: cells can be long.
_TIMED = re.compile(r"([ \t]*)%time[ \t]+(?=\S)")
_MAGIC = re.compile(r"([ \t]*)[%!?]")
_HELP = re.compile(r"([ \t]*)[\w.]+\?{1,2}[ \t]*$")
_ASSIGNED_MAGIC = re.compile(r"([ \t]*\w[\w, ]*=[ \t]*)[%!]")
HELPERS = "course_notebook"
"""What notebooks import to run public tests and to import each other; submissions may lack it."""
_PRELUDE = {
    "display": "def display(*args, **kwargs):\n    pass\n",
    "get_ipython": "def get_ipython():\n    return None\n",
    "run_public_tests": "def run_public_tests(*args, **kwargs):\n    pass\n",
}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


class NotNotebook(ValueError):
    """The bytes are no notebook; the text says what is wrong."""


@dataclass
class Allowance:
    """What several notebooks may hold together; each takes its part before anything that costs time is done with it."""

    parts: int = MAX_PARTS
    characters: int = 2 * MAX_CODE_CHARACTERS
    statements: int = 4 * MAX_STATEMENTS

    def take(self, kind: str, count: int) -> None:
        """Raises `NotNotebook` if there is not that much left."""
        left = getattr(self, kind) - count
        if left < 0:
            raise NotNotebook(f"it and the notebooks before it hold too many {kind}")
        setattr(self, kind, left)


@dataclass
class ModuleSource:
    """A module made of a notebook; `notes` say what was left out because it could not be read."""

    source: str
    notes: list[str] = field(default_factory=list)


@dataclass
class _Statement:
    node: ast.stmt
    cell: int
    text: str
    binds: set[str]
    needs: set[str]


def code_cells(content: bytes, allowance: Allowance) -> list[tuple[int, str, dict[str, object]]]:
    """Number (from 1, of all cells), source and nbgrader metadata of a notebook's code cells; raises `NotNotebook`."""
    parts = sum(map(content.count, (b"[", b"{", b",")))
    if parts > MAX_PARTS:
        raise NotNotebook("it has too many parts")
    allowance.take("parts", parts)
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotNotebook("it is not UTF-8 text") from None
    except RecursionError:
        raise NotNotebook("it is nested too deeply") from None
    except ValueError as error:
        raise NotNotebook(f"it is not JSON ({error})" if content.strip() else "it is empty") from None
    if not isinstance(notebook, dict):
        raise NotNotebook("it is JSON, but no notebook")
    worksheets = notebook.get("worksheets")  # notebooks before version 4
    holders = worksheets if isinstance(worksheets, list) and worksheets else [notebook]
    lists = [holder.get("cells") for holder in holders if isinstance(holder, dict)]
    cells = [cell for part in lists if isinstance(part, list) for cell in part]
    if not any(isinstance(part, list) for part in lists):
        raise NotNotebook("it is JSON, but has no cells")
    found = []
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
        metadata = cell.get("metadata")
        grading = metadata.get(GENERATED) if isinstance(metadata, dict) else None
        if isinstance(text, str):
            found.append((number, text, grading if isinstance(grading, dict) else {}))
    return found


def module_source(content: bytes, allowance: Allowance | None = None) -> ModuleSource:
    """The module that a notebook stands for; raises `NotNotebook`, also where it is more than is left of `allowance`.

    Functions and classes are kept, and of the other statements, imports among them, those that bind or change what
    these use. Cells that the course put there to test are left out. A cell that cannot be parsed is left out alone, as
    in a kernel; what it meant to define raises its error when it is used.
    """
    statements: list[_Statement] = []
    broken: list[str] = []
    result = ModuleSource("")
    allowance = allowance or Allowance()
    cells = code_cells(content, allowance)
    characters = sum(len(text) for _, text, _ in cells)
    if characters > MAX_CODE_CHARACTERS:
        raise NotNotebook(f"it holds more than {MAX_CODE_CHARACTERS} characters of code")
    allowance.take("characters", characters)
    left = MAX_STATEMENTS
    for number, text, grading in cells:
        if (grading.get("grade") or grading.get("locked")) and not grading.get("solution"):
            continue
        code, tree = _without_magics(text)
        try:
            tree = tree or ast.parse(code)
            left -= len(tree.body)
            if left < 0:
                raise _too_many()
            allowance.take("statements", len(tree.body))
            statements += _statements(tree, code, number)
        except NotNotebook:
            raise
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None  # a null byte is in none
            where = f"cell {number}, line {line}" if line else f"cell {number}"
            reason = f"{where}: {error.msg if isinstance(error, SyntaxError) else error}"
            result.notes.append(f"{reason} (the cell was left out)")
            names = dict.fromkeys(_DEFINES.findall(code))
            left -= len(names)
            if left < 0:
                raise _too_many() from None
            broken += [_raises(name, reason) for name in names]
    kept = _needed(statements)
    used: set[str] = set().union(*(s.needs for s in kept))
    bound: set[str] = set().union(*(s.binds for s in kept))
    prelude = [_PRELUDE[name] for name in sorted(used & _PRELUDE.keys() - bound)]
    parts = [f"# cell {s.cell}\n{s.text}" for s in kept]
    future = [part for part in parts if "\nfrom __future__ " in part]  # has to come first
    rest = [part for part in parts if "\nfrom __future__ " not in part]
    result.source = "\n\n".join([*future, *prelude, *broken, *rest]) + "\n"
    return result


def _too_many() -> NotNotebook:
    return NotNotebook(f"it holds more than {MAX_STATEMENTS} statements")


def _without_magics(text: str) -> tuple[str, ast.Module | None]:
    """Plain Python: `%time` and `%%time` leave their code, other magics, `!` and `?` go; parsed if nothing goes."""
    text = text.replace("\r\n", "\n")
    first, _, rest = text.lstrip().partition("\n")
    if first.startswith("%%"):
        if not _KEPT_CELL_MAGICS.match(first):
            return "", None
        text = rest
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return text, ast.parse(text)
    lines: list[str] = []
    continued = False
    for line in text.split("\n"):
        if continued:  # by a backslash: it belongs to the magic
            continued = line.endswith("\\")
            lines.append("")
            continue
        timed = _TIMED.match(line)
        code = line if timed is None else timed[1] + line[timed.end() :]
        replaced = _python_line(code)
        continued = replaced != code and line.endswith("\\")
        lines.append(replaced)
    return "\n".join(lines), None


def _python_line(line: str) -> str:
    """The line, or what stands in for a magic."""
    magic = _MAGIC.match(line) or _HELP.match(line)
    if magic is not None:
        return f"{magic[1]}pass"
    assigned = _ASSIGNED_MAGIC.match(line)
    return line if assigned is None else f"{assigned[1]}None"


def _statements(tree: ast.Module, code: str, cell: int) -> Iterator[_Statement]:
    lines, previous_end = _NEWLINE.split(code), 0
    changed = HELPERS in code and _WithoutHelpers().removed_from(tree)
    for node, following in zip_longest(tree.body, tree.body[1:]):
        start, end = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]), node.end_lineno or 0
        shared = start <= previous_end or (following is not None and following.lineno <= end)
        text = (
            ast.unparse(node)
            if changed or shared or lines[end - 1].rstrip().endswith(";")
            else "\n".join(lines[start - 1 : end])
        )
        previous_end = end
        yield _Statement(node, cell, text, *_names(node))


class _WithoutHelpers(ast.NodeTransformer):
    """Takes out imports of the notebooks' helpers, wherever they stand."""

    def __init__(self) -> None:
        self._found = False

    def removed_from(self, tree: ast.Module) -> bool:
        """Whether there were any."""
        self.visit(tree)
        return self._found

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        others = [alias for alias in node.names if alias.name != HELPERS]
        return self._replaced(node, ast.Import(others) if others else ast.Pass(), len(others) < len(node.names))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        return self._replaced(node, ast.Pass(), node.module == HELPERS)

    def _replaced(self, node: ast.stmt, by: ast.stmt, found: bool) -> ast.stmt:
        self._found = self._found or found
        return ast.copy_location(by, node) if found else node


def _names(node: ast.stmt) -> tuple[set[str], set[str]]:
    """The module's names that a statement binds or changes, and those that it reads, now or when it is called."""
    binds: set[str] = set()
    needs: set[str] = set()
    top = symtable.symtable(ast.unparse(node), "cell", "exec")
    for symbol in top.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            needs.add(symbol.get_name())
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_global():
                needs.add(symbol.get_name())
                if symbol.is_declared_global() and symbol.is_assigned():
                    binds.add(symbol.get_name())
    for inner in ast.walk(node):  # x[…] = …, x.y = …, x.append(…) change x
        target = inner.func if isinstance(inner, ast.Call) else inner
        if isinstance(target, ast.Attribute | ast.Subscript) and (
            isinstance(inner, ast.Call) or isinstance(target.ctx, ast.Store | ast.Del)
        ):
            root: ast.expr = target
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if isinstance(root, ast.Name):
                (needs if isinstance(inner, ast.Call) else binds).add(root.id)
                if isinstance(inner, ast.Call):
                    binds.add(f"{root.id}()")
    return binds, needs


def _needed(statements: list[_Statement]) -> list[_Statement]:
    """Definitions, and whatever statements these depend on, in the notebook's order."""
    functions = {s.node.name for s in statements if isinstance(s.node, _DEFINITIONS)}
    modules = {name for s in statements if isinstance(s.node, _IMPORTS) for name in s.binds}
    kept = {index for index, s in enumerate(statements) if _is_definition(s.node, functions)}
    binders: dict[str, list[int]] = {}
    for index, s in enumerate(statements):
        for name in s.binds:
            binders.setdefault(name, []).append(index)
    waiting = [name for index in kept for name in statements[index].needs] + sorted(functions)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        # A method called on data may fill it; calling a function, a class or a module's function does not.
        changes = [] if name in modules or name in functions else binders.get(f"{name}()", [])
        for index in {*binders.get(name, []), *changes} - kept:
            kept.add(index)
            waiting += statements[index].needs
    return [statements[index] for index in sorted(kept)]


def _is_definition(node: ast.stmt, functions: set[str]) -> bool:
    """Functions and classes, also under a condition; `f = lambda …`, `f = g`, and imports that bind unknown names."""
    if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
        return False
    if isinstance(node, ast.If | ast.Try | ast.With):
        return any(isinstance(inner, _DEFINITIONS) for inner in ast.walk(node))
    if isinstance(node, ast.Assign):
        value = node.value
        return isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in functions)
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__" or any(alias.name == "*" for alias in node.names)
    return isinstance(node, _DEFINITIONS)


def _raises(name: str, reason: str) -> str:
    return f"def {name}(*args, **kwargs):\n    raise SyntaxError({reason!r})"
