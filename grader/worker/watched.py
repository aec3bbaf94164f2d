"""Forbidden operations, watched where they still work: each call is noted and carried out.

A function may reach for a built-in on some inputs only. Where its values are tested the built-in has to be there, so
that its use costs no other criterion; what is noted there is held against it in the test for forbidden operations.
The kernels stand between autograd and the backends, and hand every call on. Inference mode passes them by, and so do
in-place operators, which have kernels of their own there.
"""

from __future__ import annotations

import ctypes
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

import torch

from .forbidden import CallLog, backends, find_owner, replace_everywhere
from .loaded import loaded

_KEY = "ADInplaceOrView"
_COMPOSITE = "CompositeImplicitAutograd"  # made of other operators, which are watched


def watch_operators(pattern: str, log: CallLog) -> None:
    """Notes calls of every dispatcher operator whose name without namespace matches the regular expression."""
    regex = re.compile(pattern)
    has_kernel = torch._C._dispatch_has_kernel_for_dispatch_key
    works_on = torch._C._dispatch_has_computed_kernel_for_dispatch_key
    libraries: dict[str, Any] = {}
    for name, qualified in loaded().operators:
        if not regex.search(name) or has_kernel(qualified, _COMPOSITE) or has_kernel(qualified, _KEY):
            continue
        namespace, _, operator = qualified.partition("::")
        if not any(works_on(qualified, backend) for backend in backends()):
            continue
        if namespace not in libraries:
            libraries[namespace] = torch._C._dispatch_library("IMPL", namespace, _KEY, __file__, 0)
            # Dropping the library would take the kernels away again.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(libraries[namespace]))
        libraries[namespace].impl(operator, _KEY, _noting(namespace, operator, log), True)


def _noting(namespace: str, operator: str, log: CallLog) -> Callable[..., Any]:
    name, _, overload = operator.partition(".")

    def kernel(keys: Any, *args: object, **kwargs: object) -> object:
        log.note(name)
        packet = getattr(getattr(torch.ops, namespace), name)
        function = getattr(packet, overload or "default")
        # A number in a tensor's place, as in `2 * x`, arrives here as a number, which `redispatch` does not take.
        if any(
            isinstance(value, (int, float, complex)) and isinstance(argument.type, torch.TensorType)
            for value, argument in zip(args, function._schema.arguments, strict=False)
        ):
            with torch._C._AutoDispatchBelowADInplaceOrView():
                return function(*args, **kwargs)
        return function.redispatch(keys & torch._C._after_ADInplaceOrView_keyset, *args, **kwargs)

    return kernel


def watch_python(names: Sequence[str], log: CallLog) -> None:
    """Notes calls of Python functions ("numpy.convolve") by dotted name."""
    replacements = {}
    for dotted in names:
        owner, attribute = find_owner(dotted)
        function = getattr(owner, attribute, None)
        if callable(function):
            noting = _noting_function(function, dotted, log)
            setattr(owner, attribute, noting)
            replacements[dotted] = function, noting
    replace_everywhere(replacements)


def _noting_function(function: Callable[..., Any], name: str, log: CallLog) -> Callable[..., Any]:
    @functools.wraps(function)
    def noting(*args: object, **kwargs: object) -> object:
        log.note(name)
        return function(*args, **kwargs)

    return noting
