"""Frames on a stream socket: a fixed head, a JSON header, the raw buffers.

8 bytes   header length, payload length (two big-endian unsigned 32-bit integers)
header    JSON: {"message": ..., "buffers": [length, ...]}
payload   the buffers, one after the other
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

from .codec import MAX_NODES, Buffer, CodecError

HEAD = struct.Struct("!II")
MAX_HEADER_BYTES = 4 << 20
MAX_PAYLOAD_BYTES = 1 << 30
MAX_FDS = 16
PARTS_AT_ONCE = 256  # the kernel takes 1024
_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def pack(message: dict[str, Any], buffers: Sequence[Buffer]) -> list[Buffer]:
    """The parts of one frame, to be sent in this order."""
    lengths = [len(buffer) for buffer in buffers]
    try:
        header = _encode({"message": message, "buffers": lengths}).encode()
    except (ValueError, RecursionError, UnicodeEncodeError) as error:
        raise CodecError(f"the message cannot be written: {error}") from error
    if len(header) > MAX_HEADER_BYTES or sum(lengths) > MAX_PAYLOAD_BYTES:
        raise CodecError(f"the message is too large: {len(header) + sum(lengths)} bytes")
    return [HEAD.pack(len(header), sum(lengths)) + header, *(buffer for buffer in buffers if len(buffer))]


def send_all(sock: socket.socket, parts: Sequence[Buffer]) -> None:
    """Sends a frame's parts on a blocking socket, in one piece where that can be, so as to wake the reader once."""
    while parts:
        parts = unsent(parts, sock.sendmsg(parts[:PARTS_AT_ONCE]))


def unsent(parts: Sequence[Buffer], sent: int) -> Sequence[Buffer]:
    """What is left of the parts after their first `sent` bytes."""
    for number, part in enumerate(parts):
        if sent < len(part):
            return [memoryview(part)[sent:], *parts[number + 1 :]]
        sent -= len(part)
    return []


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
    if len(lengths) > MAX_NODES:  # the view of each takes memory, an empty one's too
        raise CodecError("a header with too many buffers")
    if not all(type(length) is int and length >= 0 for length in lengths) or sum(lengths) != len(payload):
        raise CodecError("buffers that do not add up to the payload")
    view, offset, buffers = memoryview(payload), 0, []
    for length in lengths:
        buffers.append(view[offset : offset + length])
        offset += length
    return message, buffers
