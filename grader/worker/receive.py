"""Blocking receipt of one frame, with the file descriptors that came along."""

from __future__ import annotations

import array
import os
import socket
from typing import Any

from . import frames

_FD_BYTES = array.array("i").itemsize


def receive(sock: socket.socket) -> tuple[dict[str, Any], list[memoryview], list[int]] | None:
    """Message, buffers and descriptors of the next frame; None when the other end has closed."""
    fds: list[int] = []
    head = _exactly(sock, frames.HEAD.size, fds)
    if head is None:
        return None
    header_bytes, payload_bytes = frames.sizes(head)
    header, payload = _exactly(sock, header_bytes, fds), _exactly(sock, payload_bytes, fds)
    if header is None or payload is None:
        return None
    return (*frames.unpack(header, payload), fds)


def _exactly(sock: socket.socket, count: int, fds: list[int]) -> bytearray | None:
    data = bytearray(count)
    view, received = memoryview(data), 0
    while received < count:
        room = [view[received:]]
        n, ancillary, _flags, _address = sock.recvmsg_into(room, socket.CMSG_LEN(frames.MAX_FDS * _FD_BYTES))
        for level, kind, cdata in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                got = array.array("i")
                got.frombytes(cdata[: len(cdata) - len(cdata) % _FD_BYTES])
                fds.extend(got)
        if n == 0:
            for fd in fds:
                os.close(fd)
            return None
        received += n
    return data
