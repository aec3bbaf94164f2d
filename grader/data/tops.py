"""The garments worn on the upper body: one drawing for all five, whose measures overlap from class to class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.data.canvas import Canvas
from grader.data.shapes import Array, ellipse, intersection, limb, upright

Range = tuple[float, float]


@dataclass(frozen=True)
class Top:
    """Ranges (pixels) and probabilities from which each image of a class draws its garment."""

    shoulder: Range = (6.0, 7.5)
    waist: Range = (5.4, 7.8)
    hem: Range = (5.8, 8.4)
    length: Range = (21.5, 24.5)
    long_sleeves: float = 0.0
    short_sleeves: float = 0.0
    sleeve_width: Range = (1.9, 2.7)
    neck_depth: Range = (1.5, 3.5)
    collar: float = 0.0
    buttons: float = 0.0
    open_front: float = 0.0
    ribbing: float = 0.0
    print: float = 0.0
    shade: Range = (0.35, 1.0)


T_SHIRT = Top(long_sleeves=0.03, short_sleeves=0.87, sleeve_width=(2.4, 3.3), print=0.35, buttons=0.03)
PULLOVER = Top(long_sleeves=0.97, short_sleeves=0.03, ribbing=0.6, buttons=0.05, collar=0.08, print=0.12)
DRESS = Top(
    shoulder=(3.4, 6.4), waist=(2.8, 6.4), hem=(4.0, 8.2), length=(23.5, 26.5), long_sleeves=0.2, short_sleeves=0.3,
    sleeve_width=(1.4, 2.0), buttons=0.05,
)  # fmt: skip
COAT = Top(
    waist=(5.4, 7.6), hem=(6.0, 8.6), length=(22.5, 25.5), long_sleeves=1.0, collar=0.6, buttons=0.45, open_front=0.55,
    shade=(0.25, 0.9),
)  # fmt: skip
SHIRT = Top(long_sleeves=0.6, short_sleeves=0.32, collar=0.6, buttons=0.6, print=0.08, open_front=0.04)


def draw_top(canvas: Canvas, style: Top) -> None:
    """Paint one garment of the style on each image."""
    draw, y = canvas.draw, canvas.y
    side = np.abs(canvas.x)
    shoulder = draw.uniform(*style.shoulder)
    top = draw.uniform(-12.8, -11.4)
    hem = top + draw.uniform(*style.length)
    shade = draw.uniform(*style.shade)
    body = upright(
        side,
        y,
        [
            (top, draw.uniform(2.2, 3.2)),
            (top + draw.uniform(1.2, 2.4), shoulder),
            (top + draw.uniform(9, 12), draw.uniform(*style.waist)),
            (hem, draw.uniform(*style.hem)),
        ],
    )
    _sleeves(canvas, style, side, shoulder, top, shade)
    canvas.darken(intersection(body - 1, -body), draw.uniform(0.1, 0.6))
    canvas.paint(body, shade)
    _details(canvas, style, body, top, hem)
    canvas.fabric()
    neck = ellipse(canvas.x, y, (0.0, top - 0.5), (draw.uniform(1.8, 3.2), draw.uniform(*style.neck_depth)))
    canvas.darken(neck, 1 - draw.chance(0.4) * draw.uniform(0.2, 0.7))


def _sleeves(canvas: Canvas, style: Top, side: Array, shoulder: Array, top: Array, shade: Array) -> None:
    """Long sleeves hang down beside the body; short ones stand off."""
    draw = canvas.draw
    kind = draw.uniform(0, 1)
    is_long = kind < style.long_sleeves
    has_sleeves = kind < style.long_sleeves + style.short_sleeves
    angle = np.where(is_long, draw.uniform(0.12, 0.34), draw.uniform(0.45, 0.95))
    length = np.where(is_long, draw.uniform(18.0, 22.5), draw.uniform(5.5, 9.5))
    width = draw.uniform(*style.sleeve_width)
    start = (shoulder - width * 0.7, top + 1.2 + width * 0.6)
    end = (start[0] + length * np.sin(angle), start[1] + length * np.cos(angle))
    sleeve = limb(side, canvas.y, start, end, (width, width * draw.uniform(0.7, 1.0)))
    canvas.paint(sleeve, shade * draw.uniform(0.8, 1.05), opacity=has_sleeves.astype(np.float32))


def _details(canvas: Canvas, style: Top, body: Array, top: Array, hem: Array) -> None:
    """The collar, the row of buttons, the open front, the ribbing and the print, each only on some images."""
    draw, x, y = canvas.draw, canvas.x, canvas.y
    side = np.abs(x)
    decoration = draw.uniform(0, 1)

    picture = ellipse(x, y, (0.0, top + draw.uniform(7, 10)), (draw.uniform(2, 5), draw.uniform(1.5, 5)))
    canvas.paint(intersection(picture, body + 1), decoration, draw.chance(style.print) * draw.uniform(0.4, 1))

    line = intersection(side - draw.uniform(0.3, 0.8), body)
    canvas.darken(line, draw.chance(style.buttons) * draw.uniform(0.15, 0.6))
    button = intersection(np.abs((y - top) % 4 - 2) - 0.4, side - 0.5, body)
    canvas.paint(button, decoration, draw.chance(style.buttons * 0.7) * 0.8)

    gap = limb(
        x,
        y,
        (draw.uniform(-0.6, 0.6), top),
        (draw.uniform(-0.8, 0.8), hem + 1),
        (draw.uniform(0.2, 1.6), draw.uniform(0.2, 1.4)),
    )
    canvas.darken(gap, draw.chance(style.open_front) * draw.uniform(0.4, 1))

    lapel_end = top + draw.uniform(3.5, 7)
    lapel = limb(side, y, (2.6, top - 0.3), (0.2, lapel_end), (1.1, 0.7))
    has_collar = draw.chance(style.collar)
    canvas.darken(lapel - 0.8, has_collar * draw.uniform(0.1, 0.5))
    canvas.paint(lapel, draw.uniform(0.4, 1), has_collar * draw.uniform(0.3, 0.8))

    rib = intersection(body, hem - draw.uniform(1.2, 2.4) - y)
    canvas.darken(rib, draw.chance(style.ribbing) * draw.uniform(0.1, 0.4))
