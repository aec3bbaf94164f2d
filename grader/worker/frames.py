"""Frames on a stream socket: a fixed head, a JSON header, the raw buffers.

8 bytes   header length, payload length (two big-endian unsigned 32-bit integers)
header    JSON: {"message": ..., "buffers": [length, ...]}
payload   the buffers, one after the other
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

from .codec import Buffer, CodecError

HEAD = struct.Struct("!II")
MAX_HEADER_BYTES = 4 << 20
MAX_PAYLOAD_BYTES = 1 << 30
MAX_FDS = 16


def pack(message: dict[str, Any], buffers: Sequence[Buffer]) -> list[Buffer]:
    """The parts of one frame, to be sent in this order."""
    lengths = [len(buffer) for buffer in buffers]
    try:
        header = json.dumps({"message": message, "buffers": lengths}, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError, UnicodeEncodeError) as error:
        raise CodecError(f"the message cannot be written: {error}") from error
    if len(header) > MAX_HEADER_BYTES or sum(lengths) > MAX_PAYLOAD_BYTES:
        raise CodecError(f"the message is too large: {len(header) + sum(lengths)} bytes")
    return [HEAD.pack(len(header), sum(lengths)) + header, *(buffer for buffer in buffers if len(buffer))]


def sizes(head: bytes | bytearray, max_payload_bytes: int = MAX_PAYLOAD_BYTES) -> tuple[int, int]:
    """Header and payload length that a frame's head announces, refused before anything is allocated for them."""
    header_bytes, payload_bytes = HEAD.unpack(head)
    if header_bytes > MAX_HEADER_BYTES or payload_bytes > max_payload_bytes:
        raise CodecError(f"a frame of {header_bytes + payload_bytes} bytes is too large")
    return header_bytes, payload_bytes


def unpack(header: bytes | bytearray, payload: Buffer) -> tuple[dict[str, Any], list[memoryview]]:
    """The message and the buffers of a frame that has come whole."""
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise CodecError("a header that is not JSON") from error
    message = tree.get("message") if isinstance(tree, dict) else None
    lengths = tree.get("buffers") if isinstance(tree, dict) else None
    if not isinstance(message, dict) or not isinstance(lengths, list):
        raise CodecError("a header without message or buffers")
    if not all(type(length) is int and length >= 0 for length in lengths) or sum(lengths) != len(payload):
        raise CodecError("buffers that do not add up to the payload")
    view, offset, buffers = memoryview(payload), 0, []
    for length in lengths:
        buffers.append(view[offset : offset + length])
        offset += length
    return message, buffers
