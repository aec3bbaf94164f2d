"""What the accuracy protocols cost: in the grader, and as the same training in a plain process.

The plain training is the submission's own computing. What the grader uses beyond that is its overhead: the sandbox, the
data's way into the worker, the measuring of the trained nets.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from grader.course import Course, find_course, load_course

from .cost_per_submission import cpu_s

EXERCISE = "training"
SOURCES = {"lenet": ("lenet", "lenet"), "lenet_bn": ("batch_norm", "lenet_bn"), "residual": ("resnet", "resnet_block")}


@dataclass
class TrainingFigure:
    """Medians over the rounds, in CPU seconds; `graded_cpu_s` is None for a single protocol."""

    protocol: str
    plain_cpu_s: float
    graded_cpu_s: float | None

    @property
    def ratio(self) -> float | None:
        """The share of the submission's own computing."""
        return self.plain_cpu_s / self.graded_cpu_s if self.graded_cpu_s else None


def measure_training(rounds: int) -> list[TrainingFigure]:
    """Each protocol plainly, and all of them in the grader: the slope between one and three submissions."""
    course = load_course(find_course(None))
    plain: dict[str, list[float]] = {name: [] for name in SOURCES}
    graded = []
    for _ in range(rounds):
        for name in SOURCES:
            plain[name].append(_plain_cpu_s(course, name))
        with tempfile.TemporaryDirectory() as folder:
            one, three = (_graded_cpu_s(course, Path(folder), count) for count in (1, 3))
            graded.append((three - one) / 2)
    medians = {name: statistics.median(values) for name, values in plain.items()}
    figures = [TrainingFigure(name, value, None) for name, value in medians.items()]
    return [*figures, TrainingFigure("all three", sum(medians.values()), statistics.median(graded))]


def _graded_cpu_s(course: Course, folder: Path, count: int) -> float:
    for number in range(count):
        link = folder / "class" / f"s{number}"
        link.parent.mkdir(exist_ok=True)
        if not link.exists():
            link.symlink_to(course.solutions_dir, target_is_directory=True)
    command = [sys.executable, "-m", "grader", "grade", *(str(folder / "class" / f"s{n}") for n in range(count))]
    command += ["--course", str(course.file), "--out", str(folder / "out"), "--force", "--jobs", "1"]
    command += ["--exercise", EXERCISE]
    return cpu_s([*command, *(word for name in course.criteria if name != "accuracy" for word in ("--skip", name))])


def _plain_cpu_s(course: Course, protocol: str) -> float:
    import torch

    from grader.data import load

    torch.set_num_threads(1)
    data = load("auto")
    plan = course.accuracy[protocol][data.name]
    harness = _module(course.suites_dir / f"harness_{EXERCISE}.py")
    if str(course.solutions_dir) not in sys.path:
        sys.path.insert(0, str(course.solutions_dir))
    module, function = SOURCES[protocol]
    loop = __import__(EXERCISE)
    images, labels = data.images[: plan.train_images], data.labels[: plan.train_images]
    scale = float(images.float().mean()), float(images.float().std())
    settings: dict[str, Any] = {**plan.model_dump(), "seed": 1, "device": "cpu", "scale": scale}
    start = time.process_time()
    harness.train_network(
        protocol,
        getattr(__import__(module), function),
        loop.train_gpu,
        loop.train_epoch_gpu,
        images,
        labels.long(),
        settings,
    )
    return time.process_time() - start


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def training_table(figures: list[TrainingFigure]) -> Table:
    """The figures for people."""
    shown = Table(title="Accuracy protocols, CPU seconds per submission", title_justify="left")
    for column in ("protocol", "training in a plain process", "graded", "submission's own share"):
        shown.add_column(column, justify="left" if column == "protocol" else "right")
    for f in figures:
        graded = f"{f.graded_cpu_s:.1f}" if f.graded_cpu_s else ""
        shown.add_row(f.protocol, f"{f.plain_cpu_s:.1f}", graded, f"{f.ratio:.0%}" if f.ratio else "")
    return shown
