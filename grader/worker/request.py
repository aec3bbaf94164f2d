"""What one request needs on its way through the worker: decoder, encoder, the tensors that came with it."""

from __future__ import annotations

from typing import Any

import torch

from .calls import Argument, Graphs, ResultEncoder, place
from .codec import Decoder, Node, Reference
from .handles import Handles
from .shared import SharedMemory


class Request:
    """One request being answered."""

    def __init__(self, handles: Handles, graphs: Graphs, buffers: list[memoryview], fds: list[int]) -> None:
        self._graphs = graphs
        self._tensors: list[torch.Tensor] = []
        self.leaves: list[torch.Tensor] = []
        """The arguments that take gradients."""
        self._observed: list[Argument] = []
        self._decoder = Decoder(buffers, handles.resolve, SharedMemory(fds).map, self._place)
        self.encoder = ResultEncoder(refer=handles.refer)

    def decode(self, node: Node) -> Any:
        """The value of a node of this request."""
        return self._decoder.decode(node)

    def remember_arguments(self, *, observe: bool) -> None:
        """Notes which of the tensors decoded so far take gradients and, to `observe` them, how they look."""
        self.leaves = [tensor for tensor in self._tensors if tensor.requires_grad]
        self._observed = [Argument.of(tensor) for tensor in self._tensors] if observe else []

    def reply(self, value: object) -> dict[str, Any]:
        """The reply that carries `value`, the arguments that were changed, and the number of the graph, if any."""
        reply: dict[str, Any] = {
            "value": _reference_node(value) if isinstance(value, Reference) else self.encoder.encode(value)
        }
        changes = [argument.change(index, self.encoder) for index, argument in enumerate(self._observed)]
        reply["changes"] = [change for change in changes if change is not None]
        if self.encoder.differentiable:
            reply["graph"] = self._graphs.keep(self.encoder.differentiable, self.leaves)
        return reply

    def close(self) -> None:
        """Lets go of what came, now and not when Python looks for cycles: it can be large, and descriptors are few."""
        del self._decoder

    def _place(self, tensor: torch.Tensor, node: dict[str, Any]) -> torch.Tensor:
        placed = place(tensor, node)
        self._tensors.append(placed)
        return placed


def _reference_node(reference: Reference) -> Node:
    return {
        "t": "ref",
        "id": reference.id,
        "kind": reference.kind,
        "type": reference.type_name,
        "bases": list(reference.bases),
    }
