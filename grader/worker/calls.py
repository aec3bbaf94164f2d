"""One call of student code: arguments in, the call under the asked grad mode, results, changed arguments and graph out.

Tensors are passed by value. Where the other side asks to observe them, an argument that the call changed (in place, in
shape or type, in `requires_grad` or `.grad`) is reported as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from .codec import Buffer, Encoder, tensor_bytes

SNAPSHOT_BYTES = 8 << 20
_AHEAD = 3
"""Entries in memory before a tensor that is not contiguous."""


@dataclass
class Argument:
    """A tensor argument as it came, to see afterwards what the call did to it."""

    tensor: torch.Tensor
    kind: tuple[torch.Size, torch.dtype]
    original: Buffer | None
    version: int
    requires_grad: bool

    @classmethod
    def of(cls, tensor: torch.Tensor) -> Argument:
        """Remembers a tensor's bytes (only its version counter if it is large), shape, type and flags."""
        small = tensor.numel() * tensor.element_size() <= SNAPSHOT_BYTES
        original = bytes(tensor_bytes(tensor.detach().cpu().contiguous())) if small else None
        return cls(tensor, (tensor.shape, tensor.dtype), original, tensor._version, tensor.requires_grad)

    def change(self, index: int, encoder: Encoder) -> dict[str, Any] | None:
        """What is different now, as a message; None if nothing is."""
        tensor = self.tensor
        same = (tensor.shape, tensor.dtype) == self.kind and (
            tensor._version == self.version
            if self.original is None
            else bytes(tensor_bytes(tensor.detach().cpu().contiguous())) == self.original
        )
        grad_filled = tensor.is_leaf and tensor.grad is not None
        if same and tensor.requires_grad == self.requires_grad and not grad_filled:
            return None
        change: dict[str, Any] = {"index": index, "requires_grad": tensor.requires_grad}
        if not same:
            change["value"] = encoder.encode(tensor.detach())
        if grad_filled:
            change["grad"] = encoder.encode(tensor.grad)
        return change


def place(tensor: torch.Tensor, node: dict[str, Any]) -> torch.Tensor:
    """The received tensor with the strides, device and `requires_grad` that its node asks for."""
    stride, shape = node.get("stride"), node["shape"]
    if stride is not None:
        own = [slice(0, 1) if step == 0 else slice(None) for step in stride]
        base = tensor[tuple(own)]
        steps = [max(step, 1) for step in stride]
        # Like a slice of another tensor it starts later in memory; what lies ahead and between is not its own.
        length = 1 + sum((n - 1) * step for n, step in zip(base.shape, steps, strict=True))
        memory = torch.ones(_AHEAD + max(length, 0), dtype=tensor.dtype)
        tensor = memory[_AHEAD:].as_strided(base.shape, steps).copy_(base).expand(shape)
    if node.get("device"):
        tensor = tensor.to(node["device"])
    return tensor.requires_grad_(True) if node.get("grad") else tensor


def vector_jacobian_product(result: object, leaves: list[torch.Tensor], cotangent: torch.Tensor) -> tuple[object, Any]:
    """The result without its graph, and the leaves' gradients for a cotangent of its shape; None if it has no graph."""
    if not isinstance(result, torch.Tensor):
        return result, None
    plain = result.detach()
    if not result.requires_grad or result.shape != cotangent.shape:
        return plain, None
    wanted = [leaf for leaf in leaves if leaf.requires_grad]  # the call may have switched it off
    found = iter(torch.autograd.grad(result, wanted, cotangent.to(result), allow_unused=True) if wanted else ())
    return plain, [next(found) if leaf.requires_grad else None for leaf in leaves]


class Graphs:
    """Results whose graph is kept until their gradients are asked for or the test ends."""

    def __init__(self) -> None:
        self._next = 1
        self._graphs: dict[int, tuple[list[torch.Tensor], list[torch.Tensor]]] = {}

    def keep(self, outputs: list[torch.Tensor], leaves: list[torch.Tensor]) -> int:
        """Keeps the graph from `leaves` to `outputs`; returns its number."""
        number = self._next
        self._next += 1
        self._graphs[number] = (outputs, leaves)
        return number

    def backward(self, number: int, cotangents: list[torch.Tensor | None]) -> list[torch.Tensor | None]:
        """Accumulates gradients into the parameters and returns those of the leaves, in their order."""
        outputs, leaves = self._graphs[number]
        pairs = [(output, c) for output, c in zip(outputs, cotangents, strict=True) if c is not None]
        for leaf in leaves:
            leaf.grad = None
        if pairs:
            with torch.enable_grad():
                cotangents = [cotangent.to(output.device) for output, cotangent in pairs]
                torch.autograd.backward([output for output, _ in pairs], cotangents, retain_graph=True)
        grads = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        return grads

    def release(self, numbers: list[int]) -> None:
        """Frees these graphs."""
        for number in numbers:
            self._graphs.pop(number, None)

    def clear(self) -> None:
        """Frees every graph."""
        self._graphs.clear()


class ResultEncoder(Encoder):
    """Encodes a call's result and collects the tensors in it that carry a graph."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.differentiable: list[torch.Tensor] = []

    def tensor(self, value: torch.Tensor) -> dict[str, Any]:
        """The node of the tensor, which is remembered if it carries a graph."""
        if value.requires_grad:
            self.differentiable.append(value)
        return super().tensor(value)
