"""For the notebooks beside this file: run an exercise's public tests, and import one notebook from another."""

import contextlib
import importlib.abc
import importlib.util
import io
import sys
import types
from pathlib import Path

import pytest
from notebook_modules import module_source

FOLDER = Path(__file__).parent


def run_public_tests(name, namespace):
    """Runs the public tests of an exercise on what the notebook has defined so far, and prints their report."""
    module = types.ModuleType(name)
    module.__dict__.update({key: value for key, value in namespace.items() if not key.startswith("__")})
    before = sys.modules.get(name)
    sys.modules[name] = module
    sys.modules.pop(f"test_{name}", None)
    report = io.StringIO()  # shown in one piece: nbconvert puts what is written bit by bit on lines of its own
    options = ["-q", "--no-header", "-p", "no:cacheprovider", "-c", str(FOLDER / "pytest.ini")]
    try:
        with contextlib.redirect_stdout(report):
            pytest.main([*options, str(FOLDER / f"test_{name}.py")])
    finally:
        sys.modules.pop(name)
        if before is not None:
            sys.modules[name] = before
        print(report.getvalue())


class _NotebookFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `name.ipynb` in this folder where there is no `name.py`."""

    def find_spec(self, name, path, target=None):
        notebook = FOLDER / f"{name}.ipynb"
        return importlib.util.spec_from_loader(name, self, origin=str(notebook)) if notebook.is_file() else None

    def exec_module(self, module):
        path = Path(module.__spec__.origin)
        exec(compile(module_source(path.read_bytes()).source, str(path), "exec"), module.__dict__)


if not any(type(finder).__name__ == _NotebookFinder.__name__ for finder in sys.meta_path):
    sys.meta_path.append(_NotebookFinder())
