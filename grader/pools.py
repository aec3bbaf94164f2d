"""What runs a run's tasks: this machine's runners, or a cluster's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from .course import Course
from .errors import GraderError
from .runner.messages import RunnerReady, RunSettings, Task, TaskDone
from .runner.pool import RunnerPool


class Pool(Protocol):
    """Runners, wherever they are: `jobs` of them, once started."""

    @property
    def jobs(self) -> int: ...

    def start(self) -> RunnerReady:
        """Waits until work can begin; what the first runner says of itself. Raises `GraderError` if none can work."""

    def run(self, tasks: Iterable[Task]) -> Iterator[TaskDone]:
        """The results, as they come."""

    def close(self) -> None:
        """Ends every runner."""


def open_pool(
    course: Course,
    settings: RunSettings,
    jobs: int,
    cluster: str | None = None,
    notify: Callable[[str], None] = lambda _: None,
) -> Pool:
    """Runners on this machine, or on the workers of the Dask cluster at an address or of a scheduler file."""
    if cluster is None:
        return RunnerPool(settings, jobs)
    try:
        from .cluster.pool import ClusterPool
    except ModuleNotFoundError as error:
        raise GraderError(f"--cluster needs the package {error.name}: install the grader with [cluster]") from error
    return ClusterPool(course, settings, cluster, notify)
