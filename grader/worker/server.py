"""Serves the trusted side's requests with the student's modules: load, get an attribute, call, go backward."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable
from typing import Any

import torch

from grader import simulated_cuda

from . import failures, frames, toolbox
from .baseline import Baseline
from .calls import Graphs, vector_jacobian_product
from .codec import Buffer, CodecError, Reference
from .forbidden import CallLog, ForbiddenOperations
from .handles import Handles
from .receive import receive
from .request import Request
from .submission import Submission
from .watched import watch_operators, watch_python

Operation = Callable[[dict[str, Any], Request], object]


class Server:
    """The worker's side of the wire: one request at a time, until the other end is closed."""

    def __init__(self, sock: socket.socket, scratch_dir: str, max_handles: int) -> None:
        self._socket = sock
        self._submission = Submission(scratch_dir)
        self._scratch_dir = scratch_dir
        self._handles = Handles(max_handles)
        self._graphs = Graphs()
        self._asked_for = CallLog()
        self._forbidden = ForbiddenOperations(self._asked_for)
        self._baseline: Baseline | None = None
        self._operations: dict[str, Operation] = {
            "start": self._start,
            "load": self._load,
            "harness": self._harness,
            "toolbox": self._toolbox,
            "getattr": self._getattr,
            "call": self._call,
            "vjp": self._vjp,
            "backward": self._backward,
        }

    def serve(self) -> None:
        """Answers requests until there are no more."""
        while (incoming := receive(self._socket)) is not None:
            reply, buffers = self._answer(*incoming)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            frames.send_all(self._socket, self._pack(reply, buffers))

    def _answer(
        self, message: dict[str, Any], buffers: list[memoryview], fds: list[int]
    ) -> tuple[dict[str, Any], list[Buffer]]:
        request = Request(self._handles, self._graphs, buffers, fds)
        try:
            self._begin(message)
            reply = request.reply(self._operations[message["op"]](message, request))
            out: list[Buffer] = request.encoder.buffers
        except BaseException as error:  # whatever student code raises is an answer, SystemExit too
            reply, out = self._failure(error), []
        finally:
            request.close()
        reply["forbidden"] = self._asked_for.take()
        return reply, out

    def _pack(self, reply: dict[str, Any], buffers: list[Buffer]) -> list[Buffer]:
        try:
            return frames.pack(reply, buffers)
        except CodecError as error:
            return frames.pack({**self._failure(error), "forbidden": reply["forbidden"]}, [])

    def _failure(self, error: BaseException) -> dict[str, Any]:
        return {"error": failures.describe(error, self._submission.directory)}

    def _begin(self, message: dict[str, Any]) -> None:
        self._handles.release(message.get("release", []))
        self._graphs.release(message.get("release_graphs", []))
        seed = message.get("begin_test")
        if seed is not None:
            self._handles.clear()
            self._graphs.clear()
            self._baseline = self._baseline or Baseline()
            self._baseline.restore(seed)

    def _start(self, message: dict[str, Any], request: Request) -> None:
        if message.get("simulated_gpus"):
            simulated_cuda.install(message["simulated_gpus"])
        self._submission.write(request.decode(message["files"]))
        for pattern in message["forbidden_operators"]:
            self._forbidden.forbid_operators(pattern)
        if message["forbidden_python"]:
            self._forbidden.forbid_python(message["forbidden_python"])
        if message["forbidden_operators"]:
            self._forbidden.forbid_native_code(self._scratch_dir)
        for pattern in message["watched_operators"]:
            watch_operators(pattern, self._asked_for)
        watch_python(message["watched_python"], self._asked_for)

    def _load(self, message: dict[str, Any], _request: Request) -> Reference:
        return self._pin(self._submission.load(message["name"]))

    def _harness(self, message: dict[str, Any], _request: Request) -> Reference:
        *_, last = [self._submission.run_source(name, source) for name, source in message["sources"].items()]
        return self._pin(last)

    def _toolbox(self, _message: dict[str, Any], _request: Request) -> Reference:
        return self._pin(toolbox)

    def _pin(self, value: object) -> Reference:
        reference = self._handles.refer(value)
        self._handles.pin(reference)
        return reference

    def _getattr(self, message: dict[str, Any], request: Request) -> object:
        value = getattr(request.decode(message["target"]), message["name"])
        pinned = message.get("pin") and callable(value) and not isinstance(value, torch.nn.Module)
        return self._pin(value) if pinned else value

    def _call(self, message: dict[str, Any], request: Request) -> object:
        function = request.decode(message["target"])
        if "method" in message:
            function = getattr(function, message["method"])
        args, kwargs = request.decode(message["args"]), request.decode(message["kwargs"])
        request.remember_arguments(observe=bool(message.get("observe")))
        with torch.set_grad_enabled(bool(message["grad"])):
            result = function(*args, **kwargs)
        return self._handles.refer(result) if message.get("keep") else result

    def _vjp(self, message: dict[str, Any], request: Request) -> object:
        function, args = request.decode(message["target"]), request.decode(message["args"])
        request.remember_arguments(observe=False)
        with torch.enable_grad():
            result = function(*args)
        return vector_jacobian_product(result, request.leaves, request.decode(message["cotangent"]))

    def _backward(self, message: dict[str, Any], request: Request) -> object:
        return self._graphs.backward(message["graph"], request.decode(message["cotangents"]))
