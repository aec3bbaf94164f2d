"""The main process's side: runner processes, tasks out, results in, dead runners replaced."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import Any

from grader.cores import usable_cores
from grader.errors import GraderError

from .handle import Runner
from .messages import RunnerFailed, RunnerReady, RunSettings, Task, TaskDone, TestOutcome

MAX_ATTEMPTS = 2
TASK_WALL_S = 3600
"""A runner that takes longer over one task is taken for stuck, and ended; limits of jobs are far below."""
WATCH_S = 30


class RunnerPool:
    """Up to `jobs` runners over one sequence of tasks."""

    def __init__(self, settings: RunSettings, jobs: int) -> None:
        self._settings = settings
        self.jobs = jobs
        self._runners: list[Runner] = []

    def start(self) -> RunnerReady:
        """Starts the first runner and waits for what it says of itself; raises `GraderError` if it cannot work."""
        first = Runner(self._settings)
        self._runners.append(first)
        try:
            message = first.connection.recv()
        except (EOFError, OSError):
            raise GraderError(
                "the process that runs the hidden suites ended at its start; is there enough memory?"
            ) from None
        if isinstance(message, RunnerFailed):
            raise GraderError(message.sentence)
        assert isinstance(message, RunnerReady)
        first.ready = True
        if message.facts.dataset != "none":
            self._settings = replace(self._settings, dataset=message.facts.dataset)
        return message

    def run(self, tasks: Iterable[Task]) -> Iterator[TaskDone]:
        """The results, as they come."""
        waiting = deque(tasks)
        attempts: dict[int, int] = {}
        while len(self._runners) < min(self.jobs, len(waiting)):
            self._runners.append(Runner(self._settings))
        self._share_out_cores()
        self._hand_out(waiting)
        while any(runner.task for runner in self._runners) or waiting:
            if not self._runners:
                self._runners.append(Runner(self._settings))
            connections: list[Connection[Any, Any]] = [runner.connection for runner in self._runners]
            for runner in self._runners:
                if runner.task is not None and time.monotonic() - runner.since > TASK_WALL_S:
                    runner.kill()
            for connection in wait(connections, timeout=WATCH_S):
                runner = next(runner for runner in self._runners if runner.connection is connection)
                done = self._receive(runner, waiting, attempts)
                if done is not None:
                    yield done
            self._hand_out(waiting)

    def _receive(self, runner: Runner, waiting: deque[Task], attempts: dict[int, int]) -> TaskDone | None:
        try:
            message = runner.connection.recv()
        except (EOFError, OSError):
            message = RunnerFailed("the runner died")
        if isinstance(message, RunnerReady):
            runner.ready = True
            return None
        if isinstance(message, TaskDone):
            runner.task = None
            return message
        return self._replace(runner, str(message.sentence), waiting, attempts)

    def _replace(self, runner: Runner, reason: str, waiting: deque[Task], attempts: dict[int, int]) -> TaskDone | None:
        """A dead runner's task goes to another one; the second time the task is given up as the grader's fault."""
        self._runners.remove(runner)
        runner.end()
        task = runner.task
        if task is None:
            if not runner.ready:
                raise GraderError(reason)
            return None
        attempts[task.number] = attempts.get(task.number, 1) + 1
        if attempts[task.number] <= MAX_ATTEMPTS:
            waiting.appendleft(task)
            if not self._runners or len(self._runners) < self.jobs:
                self._runners.append(Runner(self._settings))
                self._runners[-1].keep_to(runner.core)
            return None
        fault = TestOutcome(
            "", "error", "the grader could not run this exercise; please tell your instructor", 0.0, reason
        )
        return TaskDone(task.number, "graded", (fault,))

    def _share_out_cores(self) -> None:
        """A core for each runner, if every core has one; were there fewer runners, other runs might share theirs."""
        cores = usable_cores()
        if hasattr(os, "sched_setaffinity") and len(self._runners) == len(cores):
            for runner, core in zip(self._runners, cores, strict=True):
                runner.keep_to(core)

    def _hand_out(self, waiting: deque[Task]) -> None:
        for runner in self._runners:
            if runner.ready and runner.task is None and waiting:
                runner.give(waiting.popleft())

    def close(self) -> None:
        """Ends every runner."""
        for runner in self._runners:
            runner.connection.close()
        for runner in self._runners:
            runner.end()
        self._runners.clear()
