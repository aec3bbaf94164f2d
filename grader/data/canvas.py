"""A stack of grey images that are painted together, each with its own random pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.data.shapes import Array, Value

SIZE = 28


@dataclass(frozen=True)
class Draws:
    """Random numbers of shape (N, 1, 1): one for each image."""

    generator: np.random.Generator
    count: int

    def uniform(self, low: float, high: float) -> Array:
        """Uniform between ``low`` and ``high``."""
        return low + (high - low) * self.generator.random((self.count, 1, 1), dtype=np.float32)

    def chance(self, probability: float) -> Array:
        """1 with the given probability, else 0."""
        return (self.generator.random((self.count, 1, 1), dtype=np.float32) < probability).astype(np.float32)


class Canvas:
    """``count`` black images; ``x`` and ``y`` (N, 28, 28) are the coordinates of the pixels in the garment's frame."""

    def __init__(self, generator: np.random.Generator, count: int) -> None:
        """Draw a pose for each image: rotated by up to 0.1 rad, scaled by 0.9 to 1.06, shifted by up to 1.2 px."""
        self.draw = Draws(generator, count)
        angle = self.draw.uniform(-0.1, 0.1)
        down, right = np.mgrid[:SIZE, :SIZE].astype(np.float32) - (SIZE - 1) / 2
        right = (right - self.draw.uniform(-1.2, 1.2)) / self.draw.uniform(0.9, 1.06)
        down = (down - self.draw.uniform(-1.2, 1.2)) / self.draw.uniform(0.9, 1.06)
        self.x: Array = right * np.cos(angle) + down * np.sin(angle)
        self.y: Array = down * np.cos(angle) - right * np.sin(angle)
        self.image: Array = np.zeros_like(self.x)

    def paint(self, distance: Array, shade: Value, opacity: Value = 1.0) -> None:
        """Cover the inside of a shape with ``shade``, 0 black and 1 white; its edge is one pixel soft."""
        self.image += np.clip(0.5 - distance, 0, 1) * opacity * (shade - self.image)

    def darken(self, distance: Array, by: Value) -> None:
        """Make what has been painted inside a shape darker by the fraction ``by``."""
        self.image *= 1 - np.clip(0.5 - distance, 0, 1) * by

    def fabric(self) -> None:
        """Give what has been painted folds, for some images stripes, and grain."""
        draw = self.draw
        fold = draw.uniform(0.3, 0.9) * self.x + draw.uniform(-0.5, 0.5) * self.y
        self.image *= 1 - draw.uniform(0, 0.15) * (1 + np.sin(fold + draw.uniform(0, 6.3)))
        across = draw.chance(0.7)
        stripe = np.sin(draw.uniform(0.9, 2.4) * np.where(across > 0, self.y, self.x) + draw.uniform(0, 6.3))
        self.image *= 1 - draw.chance(0.22) * draw.uniform(0.1, 0.4) * (1 + stripe)
        grain = draw.generator.standard_normal(self.image.shape, dtype=np.float32)
        self.image *= 1 + draw.uniform(0.02, 0.14) * grain

    def pixels(self) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """The images (N, 28, 28) as bytes."""
        return np.rint(np.clip(self.image, 0, 1) * 255).astype(np.uint8)
