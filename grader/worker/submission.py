"""The student's files inside the worker: written to private scratch space and imported from there."""

from __future__ import annotations

import importlib.util
import os
import sys
from types import ModuleType


class Submission:
    """The files of one submission under `scratch_dir`, importable by plain name."""

    def __init__(self, scratch_dir: str) -> None:
        self._home = os.path.join(scratch_dir, "home")
        self.directory = os.path.join(scratch_dir, "submission")

    def write(self, files: dict[str, bytes]) -> None:
        """Writes the files (relative POSIX path → content); their folder is where code runs and imports from first.

        Modules handed in under `exercises/` lie at the top here; they still find each other as parts of that package.
        """
        os.makedirs(self._home, exist_ok=True)
        for relative, content in files.items():
            path = os.path.join(self.directory, relative)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        os.makedirs(self.directory, exist_ok=True)
        sys.path.insert(0, self.directory)
        os.chdir(self.directory)
        if not any(relative.startswith(("exercises/", "exercises.py")) for relative in files):
            package = ModuleType("exercises")
            package.__path__ = [self.directory]
            sys.modules[package.__name__] = package

    def load(self, name: str) -> ModuleType:
        """Imports the module `name` from the submission's own file, whatever else has that name."""
        path = os.path.join(self.directory, f"{name}.py")
        loaded = sys.modules.get(name)
        if loaded is not None and getattr(loaded, "__file__", None) == path:
            return loaded
        return self._run(name, path)

    def run_source(self, name: str, source: str) -> ModuleType:
        """Runs a suite's harness, the part of a test that has to stand beside student code, as a module."""
        module = ModuleType(name)
        module.__file__ = f"<{name}>"
        sys.modules[name] = module
        exec(compile(source, module.__file__, "exec"), module.__dict__)
        return module

    @staticmethod
    def _run(name: str, path: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"cannot import {name}")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        return module
