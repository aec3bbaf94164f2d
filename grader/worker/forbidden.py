"""Forbidden operations, taken away where they would run: in torch's dispatcher.

Every kernel of an operator whose name matches is replaced, under the key that it is registered for, by one that
records the call and raises; what the dispatcher derives from it for other keys follows. Only kernels that hand every
call on (autograd's, the tracer's, …) or compute no values stay. So neither another name, nor `torch.ops`, nor a
disabled dispatch mode, nor another dispatch key, nor TorchScript gets round them. What torch can do beside the
dispatcher (decompositions written in Python, runtimes of TorchScript's own, native code) is closed by name. What is
left is a process that cannot do the forbidden thing at all: a function that still returns the right values there
computed them otherwise.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.abc
import importlib.machinery
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any

import torch

from .loaded import DECOMPOSITIONS, functions_of, loaded, within

MAX_RECORDED = 20

# Keys under which kernels only hand on to others, or find shapes without values.
HARMLESS = re.compile("Tracer|Autograd|ADInplaceOrView|Functionalize|Autocast|Meta")
_REGISTRATION = re.compile(r"^(?!debug)(\w+)(?:\[alias\])?: registered", re.MULTILINE)

# What runs graphs of TorchScript's with kernels of its own, or with operators that the dispatcher does not know.
SIDE_DOORS = (
    "StaticModule",
    "_create_function_from_graph",
    "_fuse_to_static_module",
    "_jit_pass_convert_frozen_ops_to_mkldnn",
    "_jit_pass_fuse_tensorexprs",
    "_jit_pass_optimize_for_inference",
    "_jit_to_static_module",
    "parse_ir",
)
TENSOR_EXPRESSIONS = ("TensorExprKernel", "lower")

_LIBRARIES = re.compile("torch|c10|caffe|dnn|mkl", re.IGNORECASE)
_SYMBOLS = re.compile("_Z|aoti_|dnnl_|cblas_|_*(libc_)?dl")  # dlopen and dlsym would ask nobody
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64")


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
        self._importer: _Importer | None = None

    def forbid_operators(self, pattern: str) -> None:
        """Takes away all that computes an operator whose name without namespace matches the regular expression."""
        regex = re.compile(pattern)
        libraries: dict[tuple[str, str], Any] = {}
        for name, qualified in loaded().operators:
            if not regex.search(name):
                continue
            namespace, _, operator = qualified.partition("::")
            refuse = self._raiser(name)
            for key in _REGISTRATION.findall(torch._C._dispatch_dump(qualified)):
                if HARMLESS.match(key):
                    continue
                if (namespace, key) not in libraries:
                    library = torch._C._dispatch_library("IMPL", namespace, key, __file__, 0)
                    # Dropping the library would give the kernels back: it must outlive every reference to it.
                    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
                    libraries[namespace, key] = library
                libraries[namespace, key].impl(operator, key, refuse)
        self._forbid_decompositions(regex)
        self._close_side_doors(regex)

    def _forbid_decompositions(self, regex: re.Pattern[str]) -> None:
        def forbid(module_name: str, function: FunctionType) -> None:
            name = function.__name__
            # Whichever function first uses forward-mode autograd has torch script its backward decompositions.
            if not regex.search(name) or ("backward" in name and within(module_name, ("torch._decomp",))):
                return
            for inner in _functions_in(function):
                disable(inner, self._raiser(name))

        def forbid_in(module: ModuleType) -> None:
            for function in functions_of(module):
                forbid(module.__name__, function)

        for module_name, function in loaded().decompositions:
            forbid(module_name, function)
        self._gate().after_import.append(forbid_in)

    def _close_side_doors(self, regex: re.Pattern[str]) -> None:
        for owner, names in (torch._C, SIDE_DOORS), (getattr(torch._C, "_te", None), TENSOR_EXPRESSIONS):
            for name in names:
                if hasattr(owner, name):
                    setattr(owner, name, self._raiser(name))
        get_operation = torch._C._jit_get_operation

        def get_allowed_operation(name: str) -> Any:
            namespace, _, operator = name.partition("::")
            if namespace == "prim" and regex.search(operator):
                self._raiser(operator)()
            return get_operation(name)

        torch._C._jit_get_operation = get_allowed_operation  # type: ignore[assignment]

    def forbid_python(self, names: Sequence[str]) -> None:
        """Takes away Python functions ("numpy.convolve") and blocks modules ("scipy.signal") by dotted name."""
        others, blocked = {}, set()
        for dotted in names:
            owner, attribute = find_owner(dotted)
            function = getattr(owner, attribute, None)
            if not callable(function):
                blocked.add(dotted)
                continue
            refuse = self._raiser(dotted)
            for inner in _functions_in(function):
                disable(inner, refuse)
            setattr(owner, attribute, refuse)
            others[dotted] = function, refuse
        replace_everywhere(others)
        for name in [name for name in sys.modules if within(name, blocked)]:
            parent, _, attribute = name.rpartition(".")
            vars(sys.modules.get(parent, sys)).pop(attribute, None)
            del sys.modules[name]
        self._gate().blocked |= blocked

    def forbid_native_code(self, scratch_dir: str) -> None:
        """Refuses ctypes the way into torch's libraries, and all native code but what is installed here."""
        for name in ("cffi", "_cffi_backend"):  # it asks nobody
            sys.modules[name] = None  # type: ignore[assignment]
        scratch, is_library, is_refused_symbol = _folder(scratch_dir), _LIBRARIES.search, _SYMBOLS.match
        folders = {_folder(path) for path in (sys.prefix, sys.base_prefix, *_SYSTEM_FOLDERS, *sys.path) if path}
        given = tuple(folder for folder in folders if not folder.startswith(scratch))

        def is_own(path: str) -> bool:
            # By the text alone: what it takes to follow links is the submission's to patch.
            return path.startswith(scratch) or not path.startswith(given) or "/../" in path

        def refuses(event: str, args: tuple[Any, ...]) -> bool:
            if event == "import":
                return isinstance(args[1], str) and is_own(args[1])
            file = args[0] if event == "ctypes.dlopen" else getattr(args[0], "_name", None)
            if file is not None and event != "ctypes.dlsym/handle":
                path = _text(file)
                # ctypes looks a name without a slash up among the system's libraries, never in the working directory.
                if is_library(path) or ("/" in path and is_own(path)):
                    return True
            return event != "ctypes.dlopen" and is_refused_symbol(_text(args[1])) is not None

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if event in ("import", "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle") and refuses(event, args):
                self._raiser(f"native code ({event})")()

        sys.addaudithook(hook)

    def _gate(self) -> _Importer:
        if self._importer is None:
            self._importer = _Importer(self._raiser)
            sys.meta_path.insert(0, self._importer)
        return self._importer

    def _raiser(self, name: str) -> Callable[..., Any]:
        def refuse(*_args: object, **_kwargs: object) -> None:
            self._log.note(name)
            raise ForbiddenOperation(name)

        return refuse


class _Importer(importlib.abc.MetaPathFinder):
    """Refuses the import of blocked modules; what decompositions are imported later is looked through, too."""

    def __init__(self, raiser: Callable[[str], Callable[..., Any]]) -> None:
        self.blocked: set[str] = set()
        self.after_import: list[Callable[[ModuleType], None]] = []
        self._raiser = raiser

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if within(name, self.blocked):
            self._raiser(name)()
        if not within(name, DECOMPOSITIONS):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            for forbid_in in self.after_import:
                forbid_in(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _folder(path: str) -> str:
    return os.path.join(os.path.abspath(path), "")


def _text(value: object) -> str:
    """What C makes of a name, whatever the methods of a subclass say."""
    if isinstance(value, str):
        return str.__str__(value)
    return bytes.decode(value, errors="replace") if isinstance(value, bytes) else os.fsdecode(value)  # type: ignore[arg-type]


def _functions_in(value: object) -> Iterator[FunctionType]:
    """The Python functions that a callable consists of: itself, and what it wraps."""
    seen: set[int] = set()
    while value is not None and id(value) not in seen:
        seen.add(id(value))
        if isinstance(value, FunctionType):
            yield value
        value = getattr(value, "__wrapped__", None) or getattr(value, "_implementation", None)


def disable(function: FunctionType, refuse: Callable[..., Any]) -> None:
    """Makes a function call `refuse` instead, whoever holds it: a module, a table, a closure."""

    def refused(*_args: object, _refuse: Callable[..., Any], **_kwargs: object) -> object:
        return _refuse()

    function.__code__ = refused.__code__.replace(co_freevars=function.__code__.co_freevars)
    function.__kwdefaults__ = {"_refuse": refuse}


def replace_everywhere(replacements: Mapping[str, tuple[object, object]]) -> None:
    """Puts others in the places of functions not written in Python, in all modules of the packages they are from."""
    native = {dotted: pair for dotted, pair in replacements.items() if not isinstance(pair[0], FunctionType)}
    by_id = {id(old): new for old, new in native.values()}
    packages = {dotted.partition(".")[0] for dotted in native}
    for module in loaded().modules_of(packages):
        attributes = getattr(module, "__dict__", {})
        for name in [name for name, value in attributes.items() if id(value) in by_id]:
            attributes[name] = by_id[id(attributes[name])]


def find_owner(dotted: str) -> tuple[object, str]:
    """What has the last name of a dotted one as its attribute: a module, or a class in one; None if nothing does."""
    outer_name, _, attribute = dotted.rpartition(".")
    if not outer_name:
        return None, attribute
    outer, name = sys.modules.get(outer_name.rpartition(".")[0]), outer_name.rpartition(".")[2]
    if outer_name not in sys.modules and hasattr(outer, name):
        return getattr(outer, name), attribute
    try:
        return importlib.import_module(outer_name), attribute
    except ImportError:
        return None, attribute
