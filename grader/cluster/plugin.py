"""What a Dask worker holds for a run: the course and runners of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from grader.errors import GraderError
from grader.fingerprint import versions
from grader.runner.messages import Facts, RunnerReady, RunSettings, Task, TaskDone
from grader.runner.pool import RunnerPool
from grader.scratch import scratch_folder

from .parcel import unpack


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a worker cannot take part."""

    sentence: str


class GraderPlugin(WorkerPlugin):
    """Makes a Dask worker able to grade; one that is gets the resource `name`, which the run's tasks ask for.

    Tasks run in the worker's threads, each of which gives its task to a runner process and waits.
    """

    def __init__(self, name: str, parcel: bytes, settings: RunSettings, expected: dict[str, str]) -> None:
        self.name = name
        self._parcel = parcel
        self._settings = settings
        self._expected = expected

    async def setup(self, worker: Worker) -> None:
        """Unpacks the course and starts the first runner."""
        self._idle: deque[tuple[RunnerPool, Facts]] = deque()
        self._pools: list[RunnerPool] = []
        self._cleanup = contextlib.ExitStack()
        self.report: RunnerReady | Unfit = await asyncio.to_thread(self._prepare)
        if isinstance(self.report, RunnerReady):
            await worker.set_resources(**{self.name: worker.state.nthreads})

    async def teardown(self, worker: Worker) -> None:
        """Ends the runners and removes what was unpacked."""
        await worker.set_resources(**{self.name: 0})
        await asyncio.to_thread(self._close)

    def _prepare(self) -> RunnerReady | Unfit:
        found = versions()
        for name, version in self._expected.items():
            if found[name] != version:
                return Unfit(f"it has {name} {found[name]}, and the run {version}: install the same")
        try:
            scratch = self._cleanup.enter_context(scratch_folder())
            course_file = unpack(self._parcel, Path(scratch) / "course")
            self._settings = replace(self._settings, course_file=str(course_file), scratch_root=scratch)
            pool, ready = self._start()
        except (GraderError, OSError) as error:
            return Unfit(str(error))
        self._idle.append((pool, ready.facts))
        return ready

    def _start(self) -> tuple[RunnerPool, RunnerReady]:
        pool = RunnerPool(self._settings, jobs=1)
        self._pools.append(pool)
        return pool, pool.start()

    def grade(self, task: Task) -> TaskDone:
        """Runs one task in a runner that no other thread uses."""
        try:
            pool, facts = self._idle.pop()
        except IndexError:
            pool, ready = self._start()
            facts = ready.facts
        (done,) = pool.run([task])
        self._idle.append((pool, facts))
        return replace(done, facts=facts)

    def _close(self) -> None:
        for pool in self._pools:
            pool.close()
        self._cleanup.close()


def grade_task(name: str, task: Task) -> TaskDone:
    """Runs one task on the Dask worker that this is called on."""
    plugin = get_worker().plugins[name]
    assert isinstance(plugin, GraderPlugin)
    return plugin.grade(task)


def report(name: str, dask_worker: Worker) -> RunnerReady | Unfit | None:
    """What the plugin of a run says of a worker; None before it is set up."""
    return getattr(dask_worker.plugins.get(name), "report", None)
