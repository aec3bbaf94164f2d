"""The trusted end of a job's socket and output pipe: whole frames, nothing that blocks, nothing without a bound."""

from __future__ import annotations

import array
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.worker import frames
from grader.worker.codec import Buffer, CodecError

from .errors import LimitExceeded, ProtocolError

POLL_S = 0.05
POLL_MS = 1000 * POLL_S
_AT_ONCE = 1 << 16  # most frames come whole in one piece; of a larger one, the rest goes where it will stay
_KEEP_OUTPUT_BYTES = 1 << 16
_CREDENTIALS = struct.Struct("3i")


class Closed(Exception):
    """The other end is gone."""


class Channel:
    """Sends and receives frames; calls `tick` every now and then while it waits, which may raise to give up."""

    def __init__(self, sock: socket.socket, output_fd: int, *, max_output_bytes: int, max_reply_bytes: int) -> None:
        self._socket = sock
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._output_fd: int | None = output_fd
        os.set_blocking(output_fd, False)
        self._max_output_bytes = max_output_bytes
        self._max_reply_bytes = max_reply_bytes
        self._output = bytearray()
        self._output_bytes = 0
        self._ticked = time.monotonic()
        self._first = bytearray(_AT_ONCE)
        self._poll = select.poll()
        self._poll.register(output_fd, select.POLLIN)
        self._awaited = 0

    def send(self, parts: Sequence[Buffer], fds: Sequence[int], tick: Callable[[], None]) -> None:
        """Sends one frame, with descriptors on its first byte."""
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        left = parts
        while left:
            try:
                sent = self._socket.sendmsg(left[: frames.PARTS_AT_ONCE], ancillary)
            except BlockingIOError:
                self._wait(select.POLLOUT, tick)
                continue
            except OSError as error:
                raise Closed from error
            ancillary = []
            left = frames.unsent(left, sent)
            if left:
                self._tick_sometimes(tick)

    def receive(self, tick: Callable[[], None]) -> tuple[dict[str, Any], list[memoryview]]:
        """The next frame's message and buffers; raises `ProtocolError` for anything else, and for more than a frame."""
        received = self._some(memoryview(self._first), frames.HEAD.size, tick)
        try:
            header_bytes, payload_bytes = frames.sizes(self._first[: frames.HEAD.size], self._max_reply_bytes)
        except CodecError as error:
            raise LimitExceeded(f"stopped: it returned too much ({error})") from error
        payload_at = frames.HEAD.size + header_bytes
        total = payload_at + payload_bytes
        if received > total:
            raise ProtocolError("stopped: the answer could not be read (there is more than one)")
        frame = np.empty(total, np.uint8).data  # a bytearray would be filled with zeros first
        frame[:received] = memoryview(self._first)[:received]
        self._some(frame[received:], total - received, tick)
        try:
            return frames.unpack(bytes(frame[frames.HEAD.size : payload_at]), frame[payload_at:])
        except CodecError as error:
            raise ProtocolError(f"stopped: the answer could not be read ({error})") from error

    def receive_hello(self, tick: Callable[[], None]) -> tuple[int, bytes]:
        """The job's first line, and its process number as the kernel vouches for it."""
        while True:
            try:
                data, ancillary, _flags, _address = self._socket.recvmsg(4096, socket.CMSG_LEN(_CREDENTIALS.size))
            except BlockingIOError:
                self._wait(select.POLLIN, tick)
                continue
            except OSError as error:
                raise Closed from error
            if not data:
                raise Closed
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
                    return _CREDENTIALS.unpack(content)[0], data
            raise Closed

    def _some(self, room: memoryview, least: int, tick: Callable[[], None]) -> int:
        """Fills `room` with at least so many bytes, and with as many more as have come; how many there are."""
        received = 0
        while received < least:
            self._wait(select.POLLIN, tick)
            try:
                count = self._socket.recv_into(room[received:])
            except BlockingIOError:
                continue
            except OSError as error:
                raise Closed from error
            if not count:
                raise Closed
            received += count
        return received

    def _tick_sometimes(self, tick: Callable[[], None]) -> None:
        """Also while there is always something to read or room to write, be it a byte at a time."""
        now = time.monotonic()
        if now - self._ticked >= POLL_S:
            self._ticked = now
            tick()

    def _wait(self, event: int, tick: Callable[[], None]) -> None:
        if event != self._awaited:
            self._awaited = event
            self._poll.register(self._socket, event)
        for fd, _event in self._poll.poll(POLL_MS):
            if fd == self._output_fd:
                self._drain()
        self._tick_sometimes(tick)

    def _drain(self) -> None:
        if self._output_fd is None:
            return
        try:
            data = os.read(self._output_fd, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self._poll.unregister(self._output_fd)
            os.close(self._output_fd)
            self._output_fd = None
            return
        self._output_bytes += len(data)
        self._output += data[: max(_KEEP_OUTPUT_BYTES - len(self._output), 0)]
        if self._output_bytes > self._max_output_bytes:
            raise LimitExceeded(f"stopped: it printed more than {self._max_output_bytes >> 20} MB")

    def take_output(self) -> str:
        """What has been printed since the last time, its first 64 KiB."""
        while self._output_fd is not None:
            before = self._output_bytes
            self._drain()
            if self._output_bytes == before:
                break
        text = self._output.decode("utf-8", "replace")
        self._output.clear()
        return text

    def close(self) -> None:
        """Closes both ends held here."""
        self._socket.close()
        if self._output_fd is not None:
            os.close(self._output_fd)
            self._output_fd = None
