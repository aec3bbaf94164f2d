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
        self._poll = select.poll()
        self._poll.register(output_fd, select.POLLIN)

    def send(self, parts: Sequence[Buffer], fds: Sequence[int], tick: Callable[[], None]) -> None:
        """Sends one frame, with descriptors on its first byte."""
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        for part in parts:
            view = memoryview(part)
            while len(view):
                try:
                    sent = self._socket.sendmsg([view], ancillary)
                    ancillary = []
                    view = view[sent:]
                    self._tick_sometimes(tick)
                except BlockingIOError:
                    self._wait(select.POLLOUT, tick)
                except OSError as error:
                    raise Closed from error

    def receive(self, tick: Callable[[], None]) -> tuple[dict[str, Any], list[memoryview]]:
        """The next frame's message and buffers; raises `ProtocolError` for anything else."""
        try:
            head = bytes(self._exactly(frames.HEAD.size, tick))
            header_bytes, payload_bytes = frames.sizes(head, self._max_reply_bytes)
        except CodecError as error:
            raise LimitExceeded(f"stopped: it returned too much ({error})") from error
        header, payload = bytes(self._exactly(header_bytes, tick)), self._exactly(payload_bytes, tick)
        try:
            return frames.unpack(header, payload)
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

    def _exactly(self, count: int, tick: Callable[[], None]) -> memoryview:
        view, received = np.empty(count, np.uint8).data, 0  # a bytearray would be filled with zeros first
        while received < count:
            try:
                n = self._socket.recv_into(view[received:])
            except BlockingIOError:
                self._wait(select.POLLIN, tick)
                continue
            except OSError as error:
                raise Closed from error
            if n == 0:
                raise Closed
            received += n
            self._tick_sometimes(tick)
        return view

    def _tick_sometimes(self, tick: Callable[[], None]) -> None:
        """Also while there is always something to read or room to write, be it a byte at a time."""
        now = time.monotonic()
        if now - self._ticked >= POLL_S:
            self._ticked = now
            tick()

    def _wait(self, event: int, tick: Callable[[], None]) -> None:
        self._poll.register(self._socket, event)
        ready = self._poll.poll(POLL_S * 1000)
        if any(fd == self._output_fd for fd, _event in ready):
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
