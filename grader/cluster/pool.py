"""The main process's side of a Dask cluster: tasks out, results in. Scheduling and retries are Dask's."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed
from distributed.comm.addressing import parse_address
from distributed.comm.registry import get_backend

from grader.course import Course
from grader.data import find_fashion_mnist
from grader.errors import GraderError
from grader.fingerprint import versions
from grader.runner.messages import RunnerReady, RunSettings, Task, TaskDone, TestOutcome

from .parcel import pack
from .plugin import GraderPlugin, Unfit, grade_task, report

CONNECT_TIMEOUT_S = 10
WORKER_TIMEOUT_S = 600
RETRIES = 2
GPU = "GPU"
"""The resource that Dask workers with a GPU declare: `dask worker … --resources GPU=1`."""


class ClusterPool:
    """The runners of a Dask cluster's workers."""

    def __init__(
        self, course: Course, settings: RunSettings, address: str, notify: Callable[[str], None] = lambda _: None
    ) -> None:
        self._course = course
        self._settings = settings
        self._notify = notify
        self._name = f"grader-{secrets.token_hex(4)}"
        self._resources: dict[str, float] = {self._name: 1}
        self._address = address
        self._client = _connect(address)

    def start(self) -> RunnerReady:
        """Prepares the workers and says what the first fit one says of itself; raises `GraderError` if none is fit."""
        deadline = time.monotonic() + WORKER_TIMEOUT_S
        try:
            self._client.wait_for_workers(1, timeout=WORKER_TIMEOUT_S)
        except TimeoutError:
            raise GraderError(
                f"--cluster {self._address}: no worker has joined in {WORKER_TIMEOUT_S} s; start some "
                "with `dask worker ADDRESS`"
            ) from None
        settings = replace(self._settings, device=self._device(), dataset=self._dataset())
        plugin = GraderPlugin(self._name, pack(self._course), settings, versions())
        try:
            self._client.register_plugin(plugin, name=self._name)
        except Exception as error:
            raise GraderError(
                f"--cluster: the workers cannot load the grader ({type(error).__name__}: {error}); install the same "
                "version of it there"
            ) from error
        while True:
            reports = self._client.run(report, self._name)
            fit = {address: found for address, found in reports.items() if isinstance(found, RunnerReady)}
            unfit = {address: found.sentence for address, found in reports.items() if isinstance(found, Unfit)}
            if fit or len(unfit) == len(reports) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        if not fit:
            reasons = "; ".join(f"{address}: {sentence}" for address, sentence in unfit.items())
            raise GraderError(f"--cluster: none of the cluster's {len(reports)} workers can grade: {reasons}")
        for address, sentence in unfit.items():
            self._notify(f"worker {address} takes no part: {sentence}")
        for address, ready in fit.items():
            self._notify(f"worker {address}: isolation {ready.facts.isolation}, device {ready.facts.device}")
        return next(iter(fit.values()))

    @property
    def jobs(self) -> int:
        """As many as the workers have threads."""
        threads: dict[str, int] = self._client.nthreads()
        return max(sum(threads.values()), 1)

    def _device(self) -> str:
        """Real GPUs where workers declare them; a GPU is then one task's at a time."""
        device = self._settings.device
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        declared = any(worker["resources"].get(GPU) for worker in workers)
        if device == "cuda" and not declared:
            raise GraderError(f"--device cuda: no worker of the cluster declares a GPU (--resources {GPU}=1)")
        if declared and device in ("auto", "cuda"):
            self._resources[GPU] = 1
            return "cuda"
        return "sim" if device == "auto" else device

    def _dataset(self) -> str:
        """One for all: Fashion-MNIST as soon as one worker has it; those that have not then take no part."""
        if self._settings.dataset == "auto" and any(self._client.run(_has_fashion_mnist).values()):
            return "fashion-mnist"
        return self._settings.dataset

    def run(self, tasks: Iterable[Task]) -> Iterator[TaskDone]:
        """The results, as they come; never more tasks in the scheduler than keep the workers busy."""
        waiting = iter(tasks)
        flying: dict[Any, Task] = {}
        finished = as_completed(loop=self._client.loop)

        def submit() -> None:
            wanted = max(4 * self.jobs, 32) - len(flying)
            for task in islice(waiting, max(wanted, 0)):
                future = self._client.submit(
                    grade_task, self._name, task, pure=False, retries=RETRIES, resources=self._resources
                )
                flying[future] = task
                finished.add(future)

        submit()
        for future in finished:
            task = flying.pop(future)
            yield _result(future, task)
            future.release()
            if len(flying) % 8 == 0:
                submit()

    def close(self) -> None:
        """Ends the run's runners on all workers."""
        with contextlib.suppress(Exception):  # a scheduler that is gone has nothing to end
            self._client.unregister_worker_plugin(self._name)
        self._client.close()


def _connect(address: str) -> Client:
    try:
        if Path(address).is_file():
            return Client(scheduler_file=address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
        get_backend(parse_address(address)[0])  # a scheme that there is not would leave a client that hangs
        return Client(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GraderError(
            f"--cluster {address}: there is no Dask scheduler to be reached ({error}); start one with `dask scheduler`"
        ) from error


def _has_fashion_mnist() -> bool:
    return find_fashion_mnist() is not None


def _result(future: Future[TaskDone], task: Task) -> TaskDone:
    try:
        return future.result()
    except CancelledError as error:
        raise GraderError("--cluster: the scheduler is gone; finished results are kept, grade again") from error
    except KilledWorker as error:
        reason = f"every worker that tried died: {error}"
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    message = "the grader could not run this exercise; please tell your instructor"
    return TaskDone(task.number, "graded", (TestOutcome("", "error", message, 0.0, reason),))
