"""Fixtures that start the real thing: a zygote, workers forked from it, the command line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.engine import isolation
from grader.engine.history import CallHistory
from grader.engine.isolation import IsolationLevel
from grader.engine.limits import Limits
from grader.engine.proxies import RemoteObject
from grader.engine.session import Session
from grader.engine.worker import Surroundings, Worker
from grader.engine.zygote import Zygote
from grader.worker.codec import Encoder

ROOT = Path(__file__).resolve().parent.parent
QUICK = Limits(call_cpu_s=1, call_wall_s=3, job_cpu_s=20, output_mb=1, reply_mb=8, memory_mb=512, processes=16)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    with Zygote(namespaced=True) as running:
        yield running


def surroundings(mechanisms: tuple[str, ...] = isolation.MECHANISMS) -> Surroundings:
    return Surroundings(
        read_paths=isolation.readable_paths(),
        hidden_paths=isolation.hidden_paths([ROOT / "solutions", ROOT / "grader" / "suites", ROOT / "tests"]),
        shown_paths=isolation.shown_paths(),
        mechanisms=list(mechanisms),
        required=IsolationLevel.NONE,
    )


@dataclass
class Started:
    """A worker with a module in it."""

    worker: Worker
    session: Session
    module: RemoteObject


@pytest.fixture
def start(zygote: Zygote) -> Iterator[Callable[..., Started]]:
    """Starts a worker with the given source as its module `code`."""
    workers: list[Worker] = []

    def start(
        source: str | bytes,
        *,
        limits: Limits = QUICK,
        forbidden: str = "",
        watched: str = "",
        python: tuple[str, ...] = (),
        mechanisms: tuple[str, ...] = isolation.MECHANISMS,
        history: CallHistory | None = None,
    ) -> Started:
        worker = Worker(zygote, limits, surroundings(mechanisms))
        workers.append(worker)
        encoder = Encoder()
        content = source if isinstance(source, bytes) else source.encode()
        message = {
            "op": "start",
            "files": encoder.encode({"code.py": content}),
            "forbidden_operators": [forbidden] if forbidden else [],
            "forbidden_python": [] if watched else list(python),
            "watched_operators": [watched] if watched else [],
            "watched_python": list(python) if watched else [],
        }
        worker.request(message, encoder.buffers)
        session = Session(worker, history or CallHistory())
        session.begin_test(1)
        return Started(worker, session, session.load("code"))

    yield start
    for worker in workers:
        worker.close()


@pytest.fixture
def full_isolation(start: Callable[..., Started]) -> None:
    """Skips where this machine cannot isolate fully; says so."""
    in_force = start("").worker.in_force
    if IsolationLevel.of(in_force) < IsolationLevel.FULL:
        pytest.skip(f"this machine isolates at level '{IsolationLevel.of(in_force).label}' only")


@pytest.fixture
def grader() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line as a user does."""

    def run(*arguments: object, timeout_s: float = 150, **kwargs: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "grader", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False, **kwargs)  # type: ignore[call-overload,no-any-return]

    return run
