"""The runner process: one zygote, one pytest session, tasks from the main process until there are no more."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from grader.results import ExerciseStatus, Outcome

from .memory import bound_memory
from .messages import Facts, KeepTo, RunnerFailed, RunnerReady, RunSettings, Task, TaskDone, TestOutcome

if TYPE_CHECKING:
    from .session import SuiteSession
    from .setup import RunnerSetup

Channel = Connection  # pickled messages: both ends are trusted
_PR_SET_PDEATHSIG = 1


def main(fd: int, parent: int) -> None:
    """Entry point of a runner. It ends when the process that started it closes the connection, or dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return  # it died before it could be watched
    connection: Channel = Connection(fd)
    try:
        settings: RunSettings = connection.recv()
    except (EOFError, ConnectionError):
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    tempfile.tempdir = settings.scratch_root
    if os.geteuid() == 0:  # jobs run as other users, each with a folder of its own in here
        os.chmod(settings.scratch_root, 0o711)
    try:
        _work(connection, settings)
    except (EOFError, ConnectionError):
        return
    except Exception as error:
        with contextlib.suppress(ConnectionError):  # there may be nobody left to be told
            connection.send(RunnerFailed(_sentence(error)))


def _work(connection: Channel, settings: RunSettings) -> None:
    from grader.engine.zygote import Zygote

    # The zygote loads torch while this process does.
    with Zygote(namespaced=sys.platform == "linux") as zygote:
        import torch

        torch.set_num_threads(1)
        from .setup import RunnerSetup

        setup = RunnerSetup(zygote, settings)
        suites = setup.suites(lambda session: _serve(connection, setup, session))
        suites.run()


def _serve(connection: Channel, setup: RunnerSetup, session: SuiteSession) -> None:
    import torch

    tests = tuple(test for specs in session.tests.values() for test in specs)
    dataset, isolation = setup.dataset(session), setup.probe()
    facts = Facts(platform.python_version(), str(torch.__version__), setup.device, dataset, isolation)
    if setup.device != "cuda":
        bound_memory()
    connection.send(RunnerReady(tests, facts))
    while (task := _next_task(connection, setup)) is not None:
        start = time.perf_counter()
        done = _grade(task, setup, session)
        connection.send(replace(done, seconds=time.perf_counter() - start))


def _next_task(connection: Channel, setup: RunnerSetup) -> Task | None:
    try:
        message: Task | KeepTo = connection.recv()
        while isinstance(message, KeepTo):
            setup.keep_to(message.core)
            message = connection.recv()
    except (EOFError, ConnectionError):  # reset: the main process ended with a result of ours unread
        return None
    return message


def _grade(task: Task, setup: RunnerSetup, session: SuiteSession) -> TaskDone:
    from grader.engine.errors import ZygoteError

    wanted = [test.id for test in session.tests[task.exercise] if test.criterion not in task.skipped_criteria]
    content = task.files.get(f"{task.exercise}.py")
    if task.refused:
        return _all_alike(task, wanted, "import_error", "error", task.refused)
    if content is None:
        return _all_alike(task, wanted, "missing", "skipped", f"{task.exercise}.py was not handed in")
    if setup.is_stub(task.exercise, content):
        message = f"not started: {task.exercise}.py is as it was handed out"
        return _all_alike(task, wanted, "not_started", "skipped", message)
    job = setup.job(task)
    try:
        return session.grade(task, job)
    except Exception as error:
        if isinstance(error, ZygoteError):
            raise  # this runner cannot go on: the task goes to another one
        fault = "".join(traceback.format_exception(error))
        message = "the grader could not run this exercise; please tell your instructor"
        return TaskDone(
            task.number, "graded", tuple(TestOutcome(test, "error", message, 0.0, fault) for test in wanted)
        )
    finally:
        job.close()


def _all_alike(task: Task, tests: list[str], status: ExerciseStatus, outcome: Outcome, message: str) -> TaskDone:
    return TaskDone(task.number, status, tuple(TestOutcome(test, outcome, message, 0.0) for test in tests))


def _sentence(error: Exception) -> str:
    from grader.engine.errors import IsolationError, ZygoteError
    from grader.errors import GraderError

    from .session import SuiteError

    if isinstance(error, (GraderError, IsolationError, ZygoteError, SuiteError)):
        return str(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"a runner failed at {Path(where.filename).name}:{where.lineno}: {type(error).__name__}: {error}"
