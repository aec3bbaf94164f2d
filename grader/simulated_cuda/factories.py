"""Operators that make a tensor from numbers: `torch.zeros(2, device="cuda")` and its like."""

from __future__ import annotations

import functools
import warnings
from typing import Any

import torch

from .tensor import copy_from, factory, read_scalar


def register() -> list[torch.library.Library]:
    """Registers kernels at the keys of simulated devices; they live as long as what is returned."""
    libraries = []
    for key in ("CUDA", "PrivateUse1"):
        library = torch.library.Library("aten", "IMPL", key)  # type: ignore[no-untyped-call]
        for operator in operators():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # where torch was built for CUDA, its own kernel is replaced
                try:
                    library.impl(operator, factory(operator), with_keyset=False)  # type: ignore[no-untyped-call]
                except RuntimeError:  # an operator that torch lets nobody implement for one device
                    continue
        libraries.append(library)
    # Where C++ makes a tensor from Python numbers (`x[[0, 1]]`), it copies or reads beneath every subclass.
    libraries[-1].impl("_copy_from", copy_from)  # type: ignore[no-untyped-call]
    libraries[-1].impl("_local_scalar_dense", read_scalar)  # type: ignore[no-untyped-call]
    return libraries


@functools.cache
def operators() -> list[Any]:
    """Operators with a device argument and no tensor argument."""
    found = []
    for name in _operator_names():
        packet = getattr(torch.ops.aten, name)
        for overload in packet.overloads():
            operator = getattr(packet, overload)
            arguments = operator._schema.arguments
            takes_tensor = any("Tensor" in str(argument.type) for argument in arguments)
            if not takes_tensor and any(argument.name == "device" for argument in arguments):
                found.append(operator)
    return found


def _operator_names() -> list[str]:
    names = {schema.name for schema in torch._C._jit_get_all_schemas() if schema.name.startswith("aten::")}
    return sorted(name.removeprefix("aten::") for name in names)
