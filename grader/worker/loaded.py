"""What torch and Python have loaded, listed once before the zygote forks.

A job that went through all of it would make a page its own for every object it looks at.
"""

from __future__ import annotations

import functools
import itertools
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType

import torch

# Where torch keeps operators written in Python, made of others.
DECOMPOSITIONS = (
    "torch._decomp",
    "torch._inductor.decomposition",
    "torch._refs",
    "torch.jit._decompositions",
    "torch.nn.utils._expanded_weights",
    "torchvision.ops",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Modules by top-level package, functions that decompose operators, names of operators with their namespaces."""

    modules: Mapping[str, tuple[ModuleType, ...]]
    module_count: int
    decompositions: tuple[tuple[str, FunctionType], ...]
    """With the names of the modules that they are in."""
    operators: tuple[tuple[str, str], ...]
    """Each operator's name without namespace and overload, and all of it."""

    def modules_of(self, packages: Iterable[str]) -> Iterator[ModuleType]:
        """All loaded modules of these top-level packages, those too that were loaded after the list was made."""
        wanted = set(packages)
        for package in wanted:
            yield from self.modules.get(package, ())
        later = itertools.islice(reversed(sys.modules), max(len(sys.modules) - self.module_count, 0))
        yield from [sys.modules[name] for name in later if name.partition(".")[0] in wanted]


@functools.cache
def loaded() -> Loaded:
    """The lists; made when this is first called."""
    modules: dict[str, list[ModuleType]] = defaultdict(list)
    for name, module in sys.modules.items():
        modules[name.partition(".")[0]].append(module)
    return Loaded(
        {package: tuple(found) for package, found in modules.items()},
        len(sys.modules),
        tuple(
            (name, function)
            for name, module in list(sys.modules.items())
            if within(name, DECOMPOSITIONS)
            for function in functions_of(module)
        ),
        tuple((name.partition("::")[2].partition(".")[0], name) for name in torch._C._dispatch_get_all_op_names()),
    )


def functions_of(module: ModuleType) -> list[FunctionType]:
    """The functions written in Python that a module holds."""
    return [value for value in vars(module).values() if isinstance(value, FunctionType)]


def within(name: str, modules: Iterable[str]) -> bool:
    """Whether a module is one of these or inside of one."""
    modules = tuple(modules)
    return name.startswith(modules) and any(name == module or name.startswith(module + ".") for module in modules)
