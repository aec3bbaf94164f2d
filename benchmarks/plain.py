"""A pytest plugin that runs the hidden suites as any autograder would: everything in one process, nothing isolated.

For comparison only: it shows what the engine's guarantees cost. Submissions run with this plugin can forge their marks.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch

from grader.course import load_course
from grader.engine.proxies import RemoteModule
from grader.runner.fixtures import CourseFixtures, make_importable
from grader.worker import toolbox


class PlainModule:
    """An `nn.Module` with the face that suites expect of one in a worker."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._module = module

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _wrapped(self._module(*args, **kwargs))

    def __getattr__(self, name: str) -> Any:
        if hasattr(RemoteModule, name) and hasattr(toolbox, name):
            return lambda *args: _plain(getattr(toolbox, name)(self._module, *args))
        return _wrapped(getattr(self._module, name))

    def __len__(self) -> int:
        return len(self._module)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        return map(_wrapped, iter(self._module))  # type: ignore[call-overload]

    def __getitem__(self, key: Any) -> Any:
        return _wrapped(self._module[key])  # type: ignore[index]

    def set(self, name: str, value: Any) -> None:
        setattr(self._module, name, value)

    def is_a(self, name: str) -> bool:
        return name in [cls.__name__ for cls in type(self._module).__mro__]

    kind = "module"


class PlainFunction:
    """A function, class or module whose results and arguments are wrapped and unwrapped."""

    kind = "callable"

    def __init__(self, target: Any) -> None:
        self._target = target

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _wrapped(self._target(*map(_bare, args), **{name: _bare(value) for name, value in kwargs.items()}))

    def __getattr__(self, name: str) -> Any:
        if name == "forbidden_calls":
            return []
        return _wrapped(getattr(self._target, name))

    by_reference = __call__

    def called_again(self, first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, Any]:
        return toolbox.call_twice(self, list(first), list(second))

    def value_and_gradients(self, args: list[Any], cotangent: torch.Tensor) -> tuple[Any, list[torch.Tensor] | None]:
        leaves = [value for value in args if isinstance(value, torch.Tensor) and value.requires_grad]
        result = self(*args)
        if not (isinstance(result, torch.Tensor) and result.requires_grad and result.shape == cotangent.shape):
            return result, None
        return result, list(torch.autograd.grad(result, leaves, cotangent, allow_unused=True))


def _wrapped(value: Any) -> Any:
    if isinstance(value, torch.nn.Module):
        return PlainModule(value)
    if isinstance(value, tuple | list) and type(value) in (tuple, list):
        return type(value)(map(_wrapped, value))
    return PlainFunction(value) if callable(value) and not isinstance(value, torch.Tensor) else value


def _plain(value: Any) -> Any:
    """Copies, as those that come out of a worker are."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def _bare(value: Any) -> Any:
    if isinstance(value, PlainModule):
        return value._module
    if type(value) in (tuple, list):
        return type(value)(map(_bare, value))
    return value._target if isinstance(value, PlainFunction) else value


class PlainFixtures(CourseFixtures):
    """The suites' fixtures without a worker."""

    def __init__(self, course_file: Path, submission: Path) -> None:
        super().__init__(load_course(course_file), 1, "cpu", "builtin")
        self._submission = submission
        self._exercises = self.course.exercises_of_suites()
        make_importable(self.course.suites_dir)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test = item

    def _current(self) -> Any:
        assert self.test is not None
        return SimpleNamespace(exercise=self.course.exercise(self._exercises[self.test.path.name]))

    @pytest.fixture
    def student(self) -> Any:
        return PlainFunction(_load(self._submission / f"{self._current().exercise.id}.py", "student_"))

    restricted_student = observed_student = student

    @pytest.fixture
    def submission(self) -> Any:
        return SimpleNamespace(allow_cpu_s=lambda seconds: None)

    @pytest.fixture
    def harness(self) -> Any:
        path = self.course.suites_dir / f"harness_{self._harness_name()}.py"
        return PlainFunction(_load(path, "worker_"))

    @pytest.fixture
    def rng(self) -> torch.Generator:
        return torch.Generator().manual_seed(1)


def _load(path: Path, prefix: str) -> ModuleType:
    name = prefix + path.stem
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", type=Path)
    parser.addoption("--course", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    for mark in ("criterion(name, weight)", "hint(nudge, section)", "harness(name)", "needs_cuda"):
        config.addinivalue_line("markers", mark)
    torch.set_num_threads(1)
    submission: Path = config.getoption("--submission")
    scratch = tempfile.TemporaryDirectory()  # submissions write files where they run
    config.add_cleanup(scratch.cleanup)
    os.chdir(scratch.name)
    sys.path.insert(0, str(submission))
    config.pluginmanager.register(PlainFixtures(config.getoption("--course"), submission))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    left_out = ("accuracy",)
    items[:] = [
        item
        for item in items
        if item.get_closest_marker("needs_cuda") is None
        and (mark := item.get_closest_marker("criterion")) is not None
        and mark.args[0] not in left_out
    ]
