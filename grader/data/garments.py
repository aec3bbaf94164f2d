"""The built-in dataset: garments drawn by this package, for a machine that has no Fashion-MNIST."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from grader.data import outlines, tops
from grader.data.canvas import Canvas
from grader.data.images import CLASS_NAMES, ImageDataset

SEED = 20170825
PER_CLASS = 3000

DRAWINGS: dict[str, Callable[[Canvas], None]] = {
    "t-shirt": partial(tops.draw_top, style=tops.T_SHIRT),
    "trouser": outlines.draw_trouser,
    "pullover": partial(tops.draw_top, style=tops.PULLOVER),
    "dress": partial(tops.draw_top, style=tops.DRESS),
    "coat": partial(tops.draw_top, style=tops.COAT),
    "sandal": outlines.draw_sandal,
    "shirt": partial(tops.draw_top, style=tops.SHIRT),
    "sneaker": outlines.draw_sneaker,
    "bag": outlines.draw_bag,
    "ankle boot": outlines.draw_ankle_boot,
}

_BATCH = 250
"""Images painted together: few enough that the arrays stay in the processor's cache."""


def draw_garments(per_class: int = PER_CLASS, seed: int = SEED) -> ImageDataset:
    """``per_class`` images of each of the ten classes in random order; the same for the same arguments."""
    generator = np.random.default_rng(seed)
    images = np.concatenate([_draw_class(DRAWINGS[name], per_class, generator) for name in CLASS_NAMES])
    labels = np.repeat(np.arange(len(CLASS_NAMES), dtype=np.int64), per_class)
    order = generator.permutation(len(labels))
    return ImageDataset("builtin", torch.from_numpy(images[order]), torch.from_numpy(labels[order]), CLASS_NAMES)


def _draw_class(
    draw: Callable[[Canvas], None], count: int, generator: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """``count`` images (count, 28, 28) of one class."""
    batches = []
    for start in range(0, count, _BATCH):
        canvas = Canvas(generator, min(_BATCH, count - start))
        draw(canvas)
        batches.append(canvas.pixels())
    return np.concatenate(batches)
