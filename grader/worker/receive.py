"""Blocking receipt of one frame, with the file descriptors that came along."""

from __future__ import annotations

import array
import os
import socket
from typing import Any

import numpy as np

from . import frames

_FD_BYTES = array.array("i").itemsize
_ANCILLARY = socket.CMSG_LEN(frames.MAX_FDS * _FD_BYTES)
_AT_ONCE = 1 << 16  # most frames come whole in one piece; of a larger one, the rest goes where it will stay


def receive(sock: socket.socket) -> tuple[dict[str, Any], list[memoryview], list[int]] | None:
    """Message, buffers and descriptors of the next frame; None when the other end has closed.

    The other side sends nothing after a frame before it has been answered.
    """
    fds: list[int] = []
    data = bytearray()
    while len(data) < frames.HEAD.size:
        piece, ancillary, _flags, _address = sock.recvmsg(_AT_ONCE, _ANCILLARY)
        _collect(fds, ancillary)
        if not piece:
            _close(fds)
            return None
        data += piece
    header_bytes, payload_bytes = frames.sizes(data[: frames.HEAD.size])
    total = frames.HEAD.size + header_bytes + payload_bytes
    received, whole = len(data), memoryview(data)
    if received < total:
        whole = np.empty(total, np.uint8).data  # a bytearray would be filled with zeros first
        whole[:received] = data
    while received < total:
        count, ancillary, _flags, _address = sock.recvmsg_into([whole[received:]], _ANCILLARY)
        _collect(fds, ancillary)
        if not count:
            _close(fds)
            return None
        received += count
    payload_at = frames.HEAD.size + header_bytes
    return (*frames.unpack(bytes(whole[frames.HEAD.size : payload_at]), whole[payload_at:total]), fds)


def _collect(fds: list[int], ancillary: list[tuple[int, int, bytes]]) -> None:
    for level, kind, cdata in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            got = array.array("i")
            got.frombytes(cdata[: len(cdata) - len(cdata) % _FD_BYTES])
            fds.extend(got)


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
