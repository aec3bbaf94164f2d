"""Shapes as signed distances, many images at once: negative inside, in pixels, of shape (N, 28, 28).

Coordinates have their origin in the middle of the image, x to the right and y down, in pixels. Every other argument
is a number or an array that broadcasts against (N, 28, 28), usually (N, 1, 1): one value for each image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""float32 throughout; numpy's annotations do not follow the precision."""
Value = Array | float
Knots = Sequence[tuple[Value, Value]]


def piecewise(position: Array, knots: Knots) -> Array:
    """A piecewise linear function through ``knots``, pairs of increasing position and value; constant outside."""
    (before, start), *rest = knots
    result = np.zeros_like(position) + start
    for here, value in rest:
        result += np.clip((position - before) / (here - before), 0, 1) * (value - start)
        before, start = here, value
    return result


def upright(x: Array, y: Array, half_widths: Knots) -> Array:
    """A shape symmetric in x from the first knot's y to the last one's, with the half widths given at the knots."""
    return intersection(np.abs(x) - piecewise(y, half_widths), half_widths[0][0] - y, y - half_widths[-1][0])


def skyline(x: Array, y: Array, tops: Knots, bottom: Value) -> Array:
    """The region above y = ``bottom`` and below a line through ``tops``, pairs of x and the y of its upper edge."""
    return intersection(piecewise(x, tops) - y, y - bottom, tops[0][0] - x, x - tops[-1][0])


def limb(x: Array, y: Array, start: tuple[Value, Value], end: tuple[Value, Value], radii: tuple[Value, Value]) -> Array:
    """A straight limb with flat ends from ``start`` to ``end``, half as wide as the radii."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = np.sqrt(dx * dx + dy * dy)
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / length
    across = np.abs((x - start[0]) * dy - (y - start[1]) * dx) / length
    width = radii[0] + np.clip(along / length, 0, 1) * (radii[1] - radii[0])
    return intersection(across - width, -along, along - length)


def ellipse(x: Array, y: Array, centre: tuple[Value, Value], radii: tuple[Value, Value]) -> Array:
    """An ellipse; the distance is exact for a circle and near enough for a soft edge otherwise."""
    scaled = np.sqrt(((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2)
    return np.asarray((scaled - 1) * np.minimum(radii[0], radii[1]), dtype=np.float32)


def intersection(first: Array, *others: Array) -> Array:
    """What is inside all of the shapes: the largest of the distances."""
    for other in others:
        first = np.maximum(first, other)
    return first
