"""Values travel whole; whatever is no value is refused, whoever sent it."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.worker import frames
from grader.worker.codec import DTYPES, CodecError, Decoder, Encoder, Reference


def round_trip(value: object) -> Any:
    encoder = Encoder()
    parts = frames.pack({"value": encoder.encode(value)}, encoder.buffers)
    data = b"".join(bytes(part) for part in parts)
    header_bytes, payload_bytes = frames.sizes(data[: frames.HEAD.size])
    header = data[frames.HEAD.size :][:header_bytes]
    message, buffers = frames.unpack(bytearray(header), bytearray(data[frames.HEAD.size + header_bytes :]))
    assert len(data) == frames.HEAD.size + header_bytes + payload_bytes
    return Decoder(buffers, lambda reference: reference).decode(message["value"])


scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text() | st.binary(max_size=50)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and math.isnan(a):
        return isinstance(b, float) and math.isnan(b)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(b) is dict and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and bool(a == b)


@given(values)
@settings(max_examples=200, deadline=None)
def test_plain_values_come_back_as_they_were(value):
    assert same(value, round_trip(value))


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
def test_tensors_may_lie_anywhere_in_a_frame(dtype):
    tensor = (torch.randn(33) * 9).to(dtype)
    for offset in range(1, 17):
        _, copy = round_trip((b"x" * offset, tensor))
        assert torch.equal(copy, tensor)


@pytest.mark.parametrize(
    "dtype", [torch.bool, torch.uint8, torch.int64, torch.float16, torch.bfloat16, torch.complex64]
)
@pytest.mark.parametrize("shape", [(), (0,), (3, 4), (2, 0, 5), (1, 2, 3, 4)])
def test_tensors_come_back_as_they_were(dtype, shape):
    tensor = (torch.randn(shape) * 9).to(dtype)
    back = round_trip({"x": [tensor, tensor.T if tensor.dim() == 2 else tensor]})
    assert type(back["x"][0]) is torch.Tensor
    assert back["x"][0].dtype == dtype
    assert torch.equal(back["x"][0], tensor)
    assert torch.equal(back["x"][1], tensor.T if tensor.dim() == 2 else tensor)


def test_subclasses_lose_their_class():
    class Sly(torch.Tensor):
        def __eq__(self, other):
            return True

    class Text(str):
        pass

    back = round_trip([torch.ones(2).as_subclass(Sly), torch.nn.Parameter(torch.ones(1)), Text("a"), np.float64(2)])
    assert [type(item) for item in back] == [torch.Tensor, torch.Tensor, str, float]


def test_other_types_keep_their_kind():
    value = [torch.Size([2, 3]), torch.float64, torch.device("cuda:1"), slice(1, None, 2), ..., 1 + 2j, np.arange(3)]
    back = round_trip(value)
    assert back[:6] == value[:6]
    assert np.array_equal(back[6], np.arange(3))
    assert isinstance(back[0], torch.Size)


def test_numbers_of_numpy_are_numbers():
    value = [np.bool_(True), np.int64(5), np.float32(1.5), np.longdouble(2.5), np.clongdouble(1 + 2j), np.str_("a")]
    back = round_trip(value)
    assert back == [True, 5, 1.5, 2.5, 1 + 2j, "a"]
    assert [type(item) for item in back] == [bool, int, float, float, complex, str]


def test_a_lone_surrogate_does_not_get_into_reports():
    assert round_trip("a\ud800b").encode() == b"a?b"


@pytest.mark.parametrize("value", [object(), {1, 2}, lambda: 0], ids=["object", "set", "function"])
def test_what_is_no_data_is_refused(value):
    with pytest.raises(CodecError, match="not data"):
        Encoder().encode(value)


def test_deep_and_cyclic_values_are_refused():
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(CodecError, match="nested"):
        Encoder().encode(loop)
    with pytest.raises(CodecError, match="parts"):
        Encoder().encode([0] * 200_000)


def nodes() -> st.SearchStrategy[Any]:
    tags = ["tuple", "size", "dict", "float", "complex", "slice", "bytes", "dtype", "device", "ref", "array", "tensor"]
    tags += ["shared", "ellipsis", "nonsense"]
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    names = st.sampled_from(["float32", "bool", "int64", "cuda:1", "nan", "object", "module"]) | leaf
    shape = st.lists(st.integers(-2, 2**50), max_size=5)
    return st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.fixed_dictionaries(
                {"t": st.sampled_from(tags) | leaf},
                optional={
                    "v": st.lists(inner, max_size=4) | names,
                    "b": st.integers(-1, 3),
                    "dtype": names,
                    "shape": shape,
                }
                | {"id": leaf, "kind": names, "type": names, "bases": st.lists(names, max_size=3), "fd": leaf},
            )
        ),
        max_leaves=15,
    )


@given(nodes(), st.lists(st.binary(max_size=16), max_size=3))
@settings(max_examples=1000, deadline=None)
def test_any_tree_is_a_value_or_refused(node, buffers):
    decoder = Decoder(buffers, lambda reference: reference)
    with contextlib.suppress(CodecError):
        decoder.decode(node)


@given(st.binary(max_size=200), st.binary(max_size=50))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_a_frame_or_refused(header, payload):
    with contextlib.suppress(CodecError):
        frames.unpack(header, payload)


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b'{"message": {}, "buffers": [-1]}',
        b'{"message": {}, "buffers": [9999999999999]}',
        b'{"message": [], "buffers": []}',
        b'{"message": {"n": ' + b"9" * 10_000 + b'}, "buffers": []}',
        b'{"message": {}, "buffers": [' + b"0," * 1_000_000 + b"0]}",
    ],
    ids=["deep", "negative", "huge", "no message", "long integer", "a million empty buffers"],
)
def test_hostile_headers_are_refused(header):
    with pytest.raises(CodecError):
        frames.unpack(header, b"")


def test_sizes_are_checked_before_anything_is_allocated():
    with pytest.raises(CodecError):
        frames.sizes(frames.HEAD.pack(2**32 - 1, 0))
    with pytest.raises(CodecError):
        frames.sizes(frames.HEAD.pack(10, 2**31), max_payload_bytes=1 << 20)
    node = {"t": "tensor", "dtype": "float64", "shape": [2**39, 2**8], "b": 0}
    with pytest.raises(CodecError):
        Decoder([b""], lambda reference: reference).decode(node)


@pytest.mark.parametrize(
    "node",
    [
        {"t": "array", "dtype": [], "shape": [0], "b": 0},  # found by fuzzing
        {"t": "tensor", "dtype": {}, "shape": [0], "b": 0},
        [{"t": "bytes", "b": 0}, {"t": "bytes", "b": 0}],
        [{"t": "tensor", "dtype": "uint8", "shape": [1000], "b": 0}] * 3,
    ],
    ids=["type is a list", "type is a dict", "bytes twice", "one tensor many times"],
)
def test_hostile_values_are_refused(node):
    with pytest.raises(CodecError):
        Decoder([bytes(1000)], lambda reference: reference).decode(node)


def test_bool_bytes_are_normalised():
    node = {"t": "tensor", "dtype": "bool", "shape": [3], "b": 0}
    tensor = Decoder([b"\x00\x02\xff"], lambda reference: reference).decode(node)
    assert tensor.view(torch.uint8).tolist() == [0, 1, 1]


def test_references_carry_names_only():
    reference = Decoder([], lambda reference: reference).decode(
        json.loads('{"t": "ref", "id": 4, "kind": "module", "type": "LeNet", "bases": ["Module"]}')
    )
    assert reference == Reference(4, "module", "LeNet", ("Module",))
