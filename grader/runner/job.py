"""One exercise of one submission while it is being graded: its workers, and what is known of its calls."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import Enum, auto

from grader.course import Course, Exercise
from grader.engine.errors import StudentError, WorkerStopped
from grader.engine.history import CallHistory
from grader.engine.proxies import RemoteNamespace
from grader.engine.session import Session
from grader.engine.worker import Surroundings, Worker
from grader.engine.zygote import Zygote
from grader.worker.codec import Encoder


class Kind(Enum):
    """What is special about a worker."""

    PLAIN = auto()
    RESTRICTED = auto()
    """It lacks the exercise's forbidden operations."""
    SIMULATED = auto()
    """It has simulated GPUs."""

    @property
    def simulated(self) -> bool:
        """Whether GPUs are simulated in it."""
        return self is Kind.SIMULATED


SIMULATED_GPUS = 4


@dataclass(slots=True)
class Job:
    """Serves the tests of one task. Every worker of it runs the same submission and nothing else."""

    course: Course
    exercise: Exercise
    files: dict[str, bytes]
    zygote: Zygote
    surroundings: Surroundings
    history: CallHistory = field(init=False)
    _sessions: dict[Kind, Session] = field(default_factory=dict)
    _seed: int = 0

    def __post_init__(self) -> None:
        self.history = CallHistory(self.course.limits_of(self.exercise).job_wall_s)

    def begin_test(self, seed: int) -> None:
        """Called before each test; workers forget what the last one left behind."""
        self._seed = seed
        for session in self._sessions.values():
            session.begin_test(seed)

    def session(self, kind: Kind = Kind.PLAIN) -> Session:
        """The session with the job's worker of this kind: started when it is first needed, and when it was stopped."""
        session = self._sessions.get(kind)
        if session is not None and session.worker.stopped is None:
            return session
        if session is not None:
            session.worker.close()
            del self._sessions[kind]
        self.history.check("")
        worker = Worker(self.zygote, self.course.limits_of(self.exercise), self.surroundings)
        try:
            self._start(worker, kind)
        except BaseException:
            worker.close()
            raise
        session = self._sessions[kind] = Session(worker, self.history)
        session.begin_test(self._seed)
        return session

    def _start(self, worker: Worker, kind: Kind) -> None:
        operations = [self.course.forbidden_operations[name] for name in self.exercise.forbidden]
        forbidden = operations if kind is Kind.RESTRICTED else []
        watched = operations if kind is Kind.PLAIN else []
        encoder = Encoder()
        message = {
            "op": "start",
            "files": encoder.encode(self.files),
            "forbidden_operators": [kind_of.operators for kind_of in forbidden],
            "forbidden_python": [name for kind_of in forbidden for name in kind_of.python],
            "watched_operators": [kind_of.operators for kind_of in watched],
            "watched_python": [name for kind_of in watched for name in kind_of.python],
            "simulated_gpus": SIMULATED_GPUS if kind is Kind.SIMULATED else 0,
        }
        worker.request(message, encoder.buffers)

    def module(self, name: str, kind: Kind = Kind.PLAIN) -> RemoteNamespace:
        """The submission's module, imported in the job's worker."""
        return self.session(kind).load(name)

    def harness(self, name: str, kind: Kind = Kind.PLAIN) -> RemoteNamespace:
        """The suite's own code that runs beside the submission's: `harness_<name>.py`."""
        return self.session(kind).harness(self.course.suites_dir / f"harness_{name}.py")

    def import_failure(self) -> str:
        """Why the exercise's module cannot be imported, for the student; empty if it can."""
        try:
            self.module(self.exercise.id)
        except StudentError as error:
            return f"{self.exercise.id}.py could not be imported: {error.sentence()}"
        except WorkerStopped as stopped:
            return f"{self.exercise.id}.py could not be imported: {stopped.sentence()}"
        return ""

    def close(self) -> None:
        """Ends the job's workers."""
        for session in self._sessions.values():
            session.worker.close()


def test_seed(run_seed: int, exercise: str, test_id: str, purpose: str) -> int:
    """A seed that depends on the run and the test only, and that tells nothing of any other."""
    digest = hashlib.sha256(f"{run_seed}/{exercise}/{test_id}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:6])


test_seed.__test__ = False  # type: ignore[attr-defined]
