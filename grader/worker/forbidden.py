"""Forbidden operations, taken away where they would run: in torch's dispatcher.

Every operator whose name matches gets a kernel that records the call and raises. The kernels stand below
autograd and every Python mode, so neither another name, nor `torch.ops`, nor a disabled dispatch mode, nor
TorchScript gets round them. What is left is a process that cannot do the forbidden thing at all: a function that
still returns the right values there computed them otherwise.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import torch

LAYOUTS = ("", "Quantized", "NestedTensor", "Sparse", "SparseCsr")
MAX_RECORDED = 20


class ForbiddenOperation(RuntimeError):
    """Student code called an operation that the exercise forbids."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} must not be used in this exercise")
        self.forbidden_operation = name


def backends() -> tuple[str, ...]:
    """What operators can run on here, as the dispatcher names it."""
    return ("CPU", "CUDA") if torch.cuda.is_available() else ("CPU",)


class CallLog:
    """Which operations have been asked for since the log was last taken."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def note(self, name: str) -> None:
        """One call."""
        if len(self._names) < MAX_RECORDED and name not in self._names:
            self._names.append(name)

    def take(self) -> list[str]:
        """The names; the log is empty afterwards."""
        names, self._names = self._names, []
        return names


class ForbiddenOperations:
    """Takes operations away from this process, for good, and notes who asks for them."""

    def __init__(self, log: CallLog) -> None:
        self._log = log

    def forbid_operators(self, pattern: str) -> None:
        """Overrides every dispatcher operator whose name without namespace matches the regular expression."""
        regex = re.compile(pattern)
        keys = [f"{layout}{backend}" for layout in LAYOUTS for backend in backends()] + ["MkldnnCPU", "PrivateUse1"]
        works_on = torch._C._dispatch_has_computed_kernel_for_dispatch_key
        libraries: dict[tuple[str, str], Any] = {}
        for qualified in torch._C._dispatch_get_all_op_names():
            namespace, _, operator = qualified.partition("::")
            if not regex.search(operator.partition(".")[0]):
                continue
            for key in keys:
                if not works_on(qualified, key):
                    continue
                if (namespace, key) not in libraries:
                    library = torch._C._dispatch_library("IMPL", namespace, key, __file__, 0)
                    # Dropping the library would give the kernels back: it must outlive every reference to it.
                    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
                    libraries[namespace, key] = library
                libraries[namespace, key].impl(operator, key, self._raiser(operator.partition(".")[0]))

    def forbid_python(self, names: Sequence[str]) -> None:
        """Replaces Python functions ("numpy.convolve") and blocks modules ("scipy.signal") by dotted name."""
        blocked = set()
        for dotted in names:
            module_name, _, attribute = dotted.rpartition(".")
            module = import_or_none(module_name)
            if module is not None and callable(getattr(module, attribute, None)):
                setattr(module, attribute, self._raiser(dotted))
            else:
                blocked.add(dotted)
        for dotted in blocked:
            for loaded in [name for name in sys.modules if name == dotted or name.startswith(dotted + ".")]:
                del sys.modules[loaded]
        sys.meta_path.insert(0, _BlockedModules(blocked, self._raiser))

    def _raiser(self, name: str) -> Callable[..., Any]:
        def refuse(*_args: object, **_kwargs: object) -> None:
            self._log.note(name)
            raise ForbiddenOperation(name)

        return refuse


class _BlockedModules(importlib.abc.MetaPathFinder):
    """Refuses the import of modules by name."""

    def __init__(self, names: set[str], raiser: Callable[[str], Callable[..., Any]]) -> None:
        self._names = names
        self._raiser = raiser

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if any(name == blocked or name.startswith(blocked + ".") for blocked in self._names):
            self._raiser(name)()
        return None


def import_or_none(name: str) -> ModuleType | None:
    """The module of this name, if there is one."""
    try:
        return importlib.import_module(name) if name else None
    except ImportError:
        return None
