"""What simulated GPUs cost: a training step of LeNet on one, beside the same step on the CPU."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.table import Table
from torch import nn

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class StepFigure:
    """Medians of CPU milliseconds per step."""

    batch: int
    cpu_ms: float
    simulated_ms: float

    @property
    def ratio(self) -> float:
        """How many times dearer a step is on a simulated device."""
        return self.simulated_ms / self.cpu_ms


def measure_steps(rounds: int) -> list[StepFigure]:
    """LeNet at batch sizes 1, 32 and 256, interleaved, on one thread. Installs simulated devices in this process."""
    from grader import simulated_cuda

    sys.path.insert(0, str(ROOT / "solutions"))
    from lenet import lenet  # type: ignore[import-not-found]

    torch.set_num_threads(1)
    simulated_cuda.install(1)
    figures = []
    for batch in (1, 32, 256):
        steps = [_step(lenet(), batch, device) for device in ("cpu", "cuda")]
        times: list[list[float]] = [[], []]
        for repetition in range(3 + 10 * rounds):
            for kind, step in enumerate(steps):
                start = time.process_time()
                step()
                if repetition >= 3:
                    times[kind].append(1000 * (time.process_time() - start))
        figures.append(StepFigure(batch, *(statistics.median(values) for values in times)))
    return figures


def _step(net: nn.Module, batch: int, device: str) -> Callable[[], None]:
    net = net.to(device).train()
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss()
    X, y = torch.randn(batch, 1, 28, 28), torch.randint(10, (batch,))

    def step() -> None:
        optimizer.zero_grad()
        loss(net(X.to(device)), y.to(device)).backward()
        optimizer.step()

    return step


def step_table(figures: list[StepFigure]) -> Table:
    """The figures for people."""
    shown = Table(title="A training step of LeNet, CPU milliseconds", title_justify="left")
    for column in ("batch", "CPU", "simulated GPU", "ratio"):
        shown.add_column(column, justify="right")
    for f in figures:
        shown.add_row(str(f.batch), f"{f.cpu_ms:.2f}", f"{f.simulated_ms:.2f}", f"{f.ratio:.2f}×")
    return shown
