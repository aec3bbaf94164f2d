"""The fixtures that hidden suites use."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from grader.course import AccuracyProtocol, Course, Exercise
from grader.engine.errors import StudentError
from grader.engine.proxies import RemoteNamespace

from .job import SIMULATED_GPUS, Job, Kind, test_seed
from .kept import KeptResults


class StudentModule:
    """A module of the submission as suites see it: `student.f(x)` runs `f` in the worker."""

    def __init__(self, module: Callable[[], RemoteNamespace], name: str) -> None:
        self._module_of = module
        self._name = name
        self._attributes: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._attributes:
            try:
                self._attributes[name] = self._module_of().fetch(name)
            except StudentError as error:
                if isinstance(error, AttributeError) and not error.frames:
                    error.text = f"{self._name}.py does not define `{name}`"
                raise
        return self._attributes[name]


class Submission:
    """The other modules of the submission, in the same worker."""

    def __init__(self, job: Job, kind: Kind) -> None:
        self._job = job
        self._kind = kind

    def has(self, name: str) -> bool:
        """Whether a module of this name was handed in."""
        return f"{name}.py" in self._job.files

    def module(self, name: str) -> StudentModule:
        """The module, imported when it is first used."""
        return StudentModule(lambda: self._job.module(name, self._kind), name)

    def allow_cpu_s(self, seconds: float) -> None:
        """Gives every further call of this test so many CPU seconds."""
        session = self._job.session(self._kind)
        session.budget = max(seconds / session.worker.limits.call_cpu_s, 1.0)

    def printed(self) -> str:
        """What the submission's code has printed since the last time."""
        return self._job.session(self._kind).worker.take_output()


class RestrictedStudent(StudentModule):
    """The submission's module in a worker that lacks the exercise's forbidden operations."""

    def __init__(self, job: Job) -> None:
        super().__init__(lambda: job.module(job.exercise.id, Kind.RESTRICTED), job.exercise.id)
        self._job = job

    @property
    def forbidden_calls(self) -> list[str]:
        """The forbidden operations that the functions used in this test have asked for, in this or an earlier one."""
        functions = {"", *self._job.session(Kind.RESTRICTED).functions}
        return sorted({name for function in functions for name in self._job.history.forbidden.get(function, ())})


class CourseFixtures:
    """A pytest plugin; the runner sets `job` while a task runs, and `test`."""

    def __init__(self, course: Course, run_seed: int, device: str, dataset: str) -> None:
        self.course = course
        self.run_seed = run_seed
        self.device_name = device
        self.dataset_name = dataset
        self.job: Job | None = None
        self.test: pytest.Item | None = None
        self.measured: dict[str, Any] = {}
        self._images: Any = None
        self._kept = KeptResults()

    def _current(self) -> Job:
        assert self.job is not None, "a hidden suite runs under the grader only"
        return self.job

    @pytest.fixture
    def exercise(self) -> Exercise:
        """The exercise being graded."""
        return self._current().exercise

    @pytest.fixture
    def student(self, worker_kind: Kind) -> StudentModule:
        """The submission's module for this exercise."""
        job = self._current()
        return StudentModule(lambda: job.module(job.exercise.id, worker_kind), job.exercise.id)

    @pytest.fixture
    def observed_student(self, worker_kind: Kind) -> StudentModule:
        """The same module; what its calls do to tensors that they are given is done to the test's tensors too.

        For tests of exactly that: everywhere else a call leaves the test's tensors alone, whatever it does to its own.
        """
        job = self._current()

        def module() -> RemoteNamespace:
            session = job.session(worker_kind)
            session.observing = True
            return session.load(job.exercise.id)

        return StudentModule(module, job.exercise.id)

    @pytest.fixture
    def worker_kind(self) -> Kind:
        """The kind of worker that the test runs in: one with simulated GPUs if it needs any and there are no others."""
        assert self.test is not None
        simulated = self.device_name == "sim" and self.test.get_closest_marker("needs_cuda") is not None
        return Kind.SIMULATED if simulated else Kind.PLAIN

    @pytest.fixture
    def restricted_student(self) -> RestrictedStudent:
        """The same module where the exercise's forbidden operations do not exist."""
        return RestrictedStudent(self._current())

    @pytest.fixture
    def submission(self, worker_kind: Kind) -> Submission:
        """The submission's other modules."""
        return Submission(self._current(), worker_kind)

    @pytest.fixture
    def harness(self, worker_kind: Kind) -> RemoteNamespace:
        """The suite's `harness_<exercise>.py`, running in the worker. It holds no secret: student code can read it.

        A test marked `harness("name")` gets `harness_<name>.py` instead.
        """
        return self._current().harness(self._harness_name(), worker_kind)

    @pytest.fixture
    def local_harness(self) -> ModuleType:
        """The same file, run here: what the reference does with the same nets and data."""
        return _imported(f"harness_{self._harness_name()}", self.course.suites_dir)

    def _harness_name(self) -> str:
        assert self.test is not None
        mark = self.test.get_closest_marker("harness")
        return str(mark.args[0]) if mark is not None else self._current().exercise.id

    @pytest.fixture
    def reference(self) -> ModuleType:
        """The reference solution of this exercise, here in the trusted process."""
        return self._solution(self._current().exercise.id)

    @pytest.fixture
    def reference_solution(self) -> Callable[[str], ModuleType]:
        """The reference solution of any exercise."""
        return self._solution

    def _solution(self, name: str) -> ModuleType:
        return _imported(name, self.course.solutions_dir)

    @pytest.fixture
    def rng(self) -> torch.Generator:
        """A generator of this test's own, drawn afresh in every run; torch's global one is seeded likewise."""
        assert self.test is not None
        seed = test_seed(self.run_seed, self._current().exercise.id, self.test.name, "inputs")
        torch.default_generator.manual_seed(seed + 1)  # torch.manual_seed keeps a traceback of every call
        return torch.Generator().manual_seed(seed)

    @pytest.fixture
    def run_rng(self) -> torch.Generator:
        """A generator that is the same for every test and submission of the run: for the split of a dataset."""
        return torch.Generator().manual_seed(test_seed(self.run_seed, "", "", "run"))

    @pytest.fixture
    def once(self) -> Callable[[str, Callable[[], Any]], Any]:
        """`once("name", compute)` is `compute()`, called for the first submission of a run only.

        For what depends on nothing of the submission's: what the reference makes of inputs that the test has drawn. It
        draws nothing from `rng` itself, and returns plain data and tensors without a graph.
        """
        assert self.test is not None
        test = self.test.nodeid
        return lambda name, compute: self._kept.get(self.run_seed, test, name, compute)

    @pytest.fixture
    def images(self) -> Any:
        """The run's image dataset (`grader.data.ImageDataset`), decoded once."""
        self.load_images()
        return self._images

    def load_images(self) -> None:
        """Loads the dataset unless that is done; "auto" becomes the name of what was found."""
        if self._images is None:
            from grader.data import load

            self._images = load(self.dataset_name)
            self.dataset_name = self._images.name

    @pytest.fixture
    def record(self) -> Callable[[str, Any], None]:
        """Notes a figure (JSON-like data by name) that a test has measured, for calibration and feedback."""
        self.measured = {}
        return self.measured.__setitem__

    @pytest.fixture
    def protocol(self) -> Callable[[str], AccuracyProtocol]:
        """The course's accuracy protocol of this name for the run's dataset."""
        return lambda name: self.course.accuracy[name][self.dataset_name]  # type: ignore[index]

    @pytest.fixture
    def device(self) -> str:
        """Where long computations run: a real GPU, else the CPU."""
        return "cuda" if self.device_name == "cuda" else "cpu"

    @property
    def gpus(self) -> int:
        """How many GPUs device tests find, real or simulated."""
        return {"cuda": torch.cuda.device_count(), "sim": SIMULATED_GPUS}.get(self.device_name, 0)


@functools.cache
def _imported(name: str, folder: Path) -> ModuleType:
    """The module `name` of one of the course's folders, here in the trusted process."""
    make_importable(folder)
    return importlib.import_module(name)


def make_importable(folder: Path) -> None:
    """Lets this process import the modules of a folder by name; workers have a path of their own."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
