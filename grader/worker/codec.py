"""Values as data: a JSON tree plus raw buffers, never pickle.

Both sides of the wire use this module. What it decodes may come from a hostile process, so every type is one
of a closed list, every size is checked before anything is allocated, and every failure is a `CodecError`.

A value becomes a *node*. `None`, `bool`, `int`, `float` and `str` stand for themselves and a list for a list;
every other type is an object tagged `"t"`. Raw bytes (tensors, arrays) travel beside the tree as buffers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch

MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_NDIM = 16
MAX_INT_BITS = 4096
MAX_ODD_KEYS = 1_000

DTYPES: dict[str, torch.dtype] = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    )
}
DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}
# Types of which numpy's view of a tensor's memory is all there is to it: no conjugate to be taken.
_IN_NUMPY = frozenset(DTYPES) - {"bfloat16", "complex64", "complex128"}
_FEW = 1 << 14
NUMPY_DTYPES = frozenset(np.dtype(code).name for code in "?bBhHiIqQefdFD")

Node = Any
Buffer = bytes | bytearray | memoryview


class CodecError(ValueError):
    """The value cannot travel, or what came cannot be a value."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An object that stays in the worker: its number, what it is, and how it shows itself."""

    id: int
    kind: str
    type_name: str
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedTensor:
    """A tensor in sealed shared memory: the file descriptor goes along with the frame, the bytes do not."""

    fd: int
    dtype: str
    shape: tuple[int, ...]


class MapShared(Protocol):
    """Maps the shared memory behind descriptor number `index` of the frame."""

    def __call__(self, index: int, dtype: torch.dtype, shape: Sequence[int]) -> torch.Tensor: ...


@dataclass
class Encoder:
    """Turns one message's values into nodes and collects their buffers (and shared descriptors)."""

    refer: Callable[[object], Reference] | None = None
    buffers: list[Buffer] = field(default_factory=list)
    fds: list[int] = field(default_factory=list)
    nodes: int = 0

    def encode(self, value: object, depth: int = 0) -> Node:
        """The node of `value`; objects that are no data go through `refer`, or raise `CodecError`."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise CodecError(f"the value is nested more than {MAX_DEPTH} deep")
        if self.nodes > MAX_NODES:
            raise CodecError(f"the value has more than {MAX_NODES} parts")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float, str)) or type(value) in (bytes, complex, slice, type(Ellipsis)):
            return self._scalar(value, depth)
        if isinstance(value, torch.Tensor):
            return self.tensor(value)
        if isinstance(value, SharedTensor):
            self.fds.append(value.fd)
            return {"t": "shared", "fd": len(self.fds) - 1, "dtype": value.dtype, "shape": list(value.shape)}
        if isinstance(value, Reference):
            return {"t": "ref", "id": value.id}
        if isinstance(value, (list, tuple, dict)):
            return self._container(value, depth)
        if isinstance(value, np.generic):
            return self.encode(_python_scalar(value), depth + 1)
        if isinstance(value, np.ndarray) and value.dtype.name in NUMPY_DTYPES:
            self.buffers.append(np.ascontiguousarray(value).tobytes())
            return {"t": "array", "dtype": value.dtype.name, "shape": list(value.shape), "b": len(self.buffers) - 1}
        if isinstance(value, torch.dtype) and value in DTYPE_NAMES:
            return {"t": "dtype", "v": DTYPE_NAMES[value]}
        if isinstance(value, torch.device):
            return {"t": "device", "v": str(value)}
        if self.refer is None:
            raise CodecError(f"a {type(value).__name__} cannot travel: it is not data")
        reference = self.refer(value)
        return {
            "t": "ref",
            "id": reference.id,
            "kind": reference.kind,
            "type": reference.type_name,
            "bases": list(reference.bases),
        }

    def _scalar(self, value: object, depth: int) -> Node:
        if isinstance(value, int):
            number = int.__int__(value)  # whatever a subclass says, here and below
            if number.bit_length() > MAX_INT_BITS:
                raise CodecError("an integer of more than 4096 bits cannot travel")
            return number
        if isinstance(value, float):
            number_f = float.__float__(value)
            return number_f if math.isfinite(number_f) else {"t": "float", "v": repr(number_f)}
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, bytes):
            self.buffers.append(value)
            return {"t": "bytes", "b": len(self.buffers) - 1}
        if isinstance(value, complex):
            return {"t": "complex", "v": [self.encode(value.real, depth + 1), self.encode(value.imag, depth + 1)]}
        if isinstance(value, slice):
            return {"t": "slice", "v": [self.encode(v, depth + 1) for v in (value.start, value.stop, value.step)]}
        return {"t": "ellipsis"}

    def _container(self, value: list[Any] | tuple[Any, ...] | dict[Any, Any], depth: int) -> Node:
        if isinstance(value, dict):
            pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in dict.items(value)]
            return {"t": "dict", "v": pairs}
        iterate: Any = list.__iter__ if isinstance(value, list) else tuple.__iter__  # whatever a subclass says
        items = [self.encode(item, depth + 1) for item in iterate(value)]
        if isinstance(value, torch.Size):
            return {"t": "size", "v": items}
        return items if isinstance(value, list) else {"t": "tuple", "v": items}

    def tensor(self, value: torch.Tensor) -> dict[str, Any]:
        """The node of a dense copy of `value` on the CPU; keeps dtype, shape, strides, device name and grad flags."""
        plain = value.detach()
        if plain.layout != torch.strided:
            plain = plain.to_dense()
        name = DTYPE_NAMES.get(plain.dtype)
        if name is None:
            raise CodecError(f"a tensor of type {plain.dtype} cannot travel")
        if (
            name in _IN_NUMPY
            and type(plain) is torch.Tensor
            and plain.is_cpu
            and not plain.is_neg()
            and plain.numel() <= _FEW
        ):
            self.buffers.append(plain.numpy().tobytes())  # fewer steps than below, whatever the strides
        else:
            self.buffers.append(tensor_bytes(plain.resolve_conj().resolve_neg().cpu().contiguous()))
        node = {"t": "tensor", "dtype": name, "shape": list(plain.shape), "b": len(self.buffers) - 1}
        if not plain.is_contiguous():
            node["stride"] = list(plain.stride())
        if value.requires_grad:
            node["grad"] = True
        if plain.device.type != "cpu":
            node["device"] = str(plain.device)
        return node


def _python_scalar(value: np.generic) -> object:
    item = value.item()
    if isinstance(item, np.complexfloating):  # long doubles give themselves
        return complex(item)
    return float(item) if isinstance(item, np.generic) else item


def tensor_bytes(contiguous: torch.Tensor) -> Buffer:
    """The raw bytes of a contiguous CPU tensor, without a copy where there is something to share."""
    if contiguous.numel() == 0:
        return b""
    # One entry counts as contiguous whatever its stride, but cannot be seen as bytes then.
    flat = contiguous.reshape(-1) if contiguous.numel() > 1 else contiguous.reshape(-1).as_strided((1,), (1,))
    array: Any = flat.view(torch.uint8).numpy()
    return memoryview(array)


@dataclass
class Decoder:
    """Turns nodes back into values; `resolve` gives what a reference stands for on this side."""

    buffers: Sequence[Buffer]
    resolve: Callable[[Reference], object]
    map_shared: MapShared | None = None
    place: Callable[[torch.Tensor, dict[str, Any]], torch.Tensor] | None = None
    nodes: int = 0
    used: set[int] = field(default_factory=set)

    def decode(self, node: Node, depth: int = 0) -> Any:
        """The value of `node`; raises `CodecError` for anything that `Encoder` would not have written."""
        self.nodes += 1
        if depth > 2 * MAX_DEPTH or self.nodes > 2 * MAX_NODES:
            raise CodecError("the message is nested too deeply or has too many parts")
        if isinstance(node, str):
            # A lone surrogate cannot be written to a file; it would take the report down.
            return node if node.isascii() else node.encode("utf-8", "replace").decode()
        if node is None or isinstance(node, (bool, int, float)):
            return node
        if isinstance(node, list):
            return [self.decode(item, depth + 1) for item in node]
        if not isinstance(node, dict):
            raise CodecError("a node of unknown form")
        tag = node.get("t")
        handler = _HANDLERS.get(tag) if isinstance(tag, str) else None
        if handler is None:
            raise CodecError("a node with an unknown tag")
        return handler(self, node, depth)

    def _items(self, node: dict[str, Any], depth: int) -> list[Any]:
        items = node.get("v")
        if not isinstance(items, list):
            raise CodecError("a container without its items")
        return [self.decode(item, depth + 1) for item in items]

    def _buffer(self, node: dict[str, Any]) -> Buffer:
        index = node.get("b")
        if type(index) is not int or not 0 <= index < len(self.buffers):
            raise CodecError("a buffer that was not sent")
        if index in self.used:  # small messages must not make large values
            raise CodecError("a buffer that is used twice")
        self.used.add(index)
        return self.buffers[index]

    def _dict(self, node: dict[str, Any], depth: int) -> dict[Any, Any]:
        result = {}
        pairs = self._items(node, depth)
        for pair in pairs:
            if not isinstance(pair, list) or len(pair) != 2:
                raise CodecError("a dict entry that is no pair")
            if not isinstance(pair[0], (str, int, float, bool, tuple, type(None))):
                raise CodecError("a dict key of a type that cannot be a key")
            if len(pairs) > MAX_ODD_KEYS and not isinstance(pair[0], str):
                raise CodecError("a dict with too many keys that are no strings")  # their hashes could all be the same
            try:
                result[pair[0]] = pair[1]
            except TypeError as error:
                raise CodecError("a dict key that cannot be hashed") from error
        return result

    def _text(self, node: dict[str, Any]) -> str:
        text = node.get("v")
        if not isinstance(text, str) or len(text) > 64:
            raise CodecError("a name that is no short text")
        return text

    def _dtype(self, node: dict[str, Any], _depth: int) -> torch.dtype:
        return _torch_dtype(self._text(node))

    def _device(self, node: dict[str, Any], _depth: int) -> torch.device:
        try:
            return torch.device(self._text(node))
        except RuntimeError as error:
            raise CodecError("a device of unknown name") from error

    def _float(self, node: dict[str, Any], _depth: int) -> float:
        text = self._text(node)
        if text not in ("nan", "inf", "-inf"):
            raise CodecError("a float of unknown form")
        return float(text)

    def _complex(self, node: dict[str, Any], depth: int) -> complex:
        items = self._items(node, depth)
        if len(items) != 2 or not all(isinstance(item, float) for item in items):
            raise CodecError("a complex number without its two parts")
        return complex(*items)

    def _slice(self, node: dict[str, Any], depth: int) -> slice:
        items = self._items(node, depth)
        if len(items) != 3:
            raise CodecError("a slice without its three parts")
        return slice(*items)

    def _size(self, node: dict[str, Any], depth: int) -> torch.Size:
        items = self._items(node, depth)
        if not all(type(item) is int and abs(item) < 2**62 for item in items):
            raise CodecError("a size of something else than integers")
        return torch.Size(items)

    def _bytes(self, node: dict[str, Any], _depth: int) -> bytes:
        return bytes(self._buffer(node))

    def _reference(self, node: dict[str, Any], _depth: int) -> object:
        number, kind, name = node.get("id"), node.get("kind", "object"), node.get("type", "object")
        bases = node.get("bases", [])
        if type(number) is not int or not isinstance(kind, str) or not isinstance(name, str) or len(name) > 200:
            raise CodecError("a reference of unknown form")
        if not isinstance(bases, list) or len(bases) > 100 or not all(isinstance(base, str) for base in bases):
            raise CodecError("a reference with unknown bases")
        return self.resolve(Reference(number, kind, name, tuple(bases)))

    def _array(self, node: dict[str, Any], _depth: int) -> Any:
        name = node.get("dtype")
        if not isinstance(name, str) or name not in NUMPY_DTYPES:
            raise CodecError("an array of unknown type")
        dtype, shape = np.dtype(name), _shape(node)
        data = self._buffer(node)
        if len(data) != math.prod(shape) * dtype.itemsize:
            raise CodecError("an array whose bytes do not fit its shape")
        if name == "bool":
            return np.not_equal(np.frombuffer(data, dtype=np.uint8), 0).reshape(shape)
        return np.frombuffer(bytearray(data), dtype=dtype).reshape(shape)

    def _tensor(self, node: dict[str, Any], _depth: int) -> torch.Tensor:
        name = node.get("dtype")
        dtype, shape = _torch_dtype(name), _shape(node)
        data = self._buffer(node)
        if len(data) != math.prod(shape) * dtype.itemsize:
            raise CodecError("a tensor whose bytes do not fit its shape")
        tensor = _tensor_from_bytes(data, dtype, shape)
        return self.place(tensor, node) if self.place else tensor

    def _shared(self, node: dict[str, Any], _depth: int) -> torch.Tensor:
        index = node.get("fd")
        if self.map_shared is None or type(index) is not int:
            raise CodecError("shared memory is not accepted here")
        return self.map_shared(index, _torch_dtype(node.get("dtype")), _shape(node))


def _tensor_from_bytes(data: Buffer, dtype: torch.dtype, shape: list[int]) -> torch.Tensor:
    if not len(data):
        return torch.empty(shape, dtype=dtype)
    # Copied as bytes: where they lie in the frame, numbers of this type may not be read.
    raw = torch.frombuffer(data, dtype=torch.uint8)
    # Only 0 and 1 are bools; other bytes are undefined behaviour in torch's kernels.
    return raw.ne(0).view(shape) if dtype is torch.bool else raw.clone().view(dtype).view(shape)


def _torch_dtype(name: object) -> torch.dtype:
    if not isinstance(name, str) or name not in DTYPES:
        raise CodecError("a tensor of unknown type")
    return DTYPES[name]


def _shape(node: dict[str, Any]) -> list[int]:
    shape = node.get("shape")
    if not isinstance(shape, list) or len(shape) > MAX_NDIM:
        raise CodecError("a shape that is no short list")
    if not all(type(n) is int and 0 <= n < 2**40 for n in shape):
        raise CodecError("a shape of something else than sizes")
    if math.prod(max(n, 1) for n in shape) >= 2**48:
        raise CodecError("a shape too large for any tensor here")
    return shape


_HANDLERS: dict[str, Callable[[Decoder, dict[str, Any], int], Any]] = {
    "tuple": lambda decoder, node, depth: tuple(decoder._items(node, depth)),
    "size": Decoder._size,
    "dict": Decoder._dict,
    "float": Decoder._float,
    "complex": Decoder._complex,
    "slice": Decoder._slice,
    "ellipsis": lambda decoder, node, depth: ...,
    "bytes": Decoder._bytes,
    "dtype": Decoder._dtype,
    "device": Decoder._device,
    "ref": Decoder._reference,
    "array": Decoder._array,
    "tensor": Decoder._tensor,
    "shared": Decoder._shared,
}
