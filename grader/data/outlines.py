"""The garments that are not worn on the upper body: trousers, shoes and bags."""

from __future__ import annotations

import numpy as np

from grader.data.canvas import Canvas
from grader.data.shapes import Value, ellipse, intersection, limb, skyline


def draw_trouser(canvas: Canvas) -> None:
    """Two long legs from one waistband."""
    draw, y = canvas.draw, canvas.y
    side = np.abs(canvas.x)
    top, bottom, hip = draw.uniform(-13.2, -12), draw.uniform(11.5, 13.2), draw.uniform(3.4, 5)
    inner, width = draw.uniform(0.2, 1.6), draw.uniform(1.3, 2.3)
    shade = draw.uniform(0.3, 1)
    leg = limb(side, y, (hip / 2, top), (inner + width, bottom), (hip / 2, width))
    canvas.paint(leg, shade)
    canvas.paint(intersection(side - hip, top - y, y - top - draw.uniform(3, 7)), shade)
    canvas.darken(side - draw.uniform(0.2, 0.6), draw.uniform(0, 0.6))
    canvas.darken(y - top - 1.5, draw.uniform(0, 0.4))
    canvas.fabric()


def draw_sandal(canvas: Canvas) -> None:
    """A thin sole, on some images with a heel, and two to four straps; what lies between them is open."""
    draw, x, y = canvas.draw, canvas.x, canvas.y
    sole, heel = draw.uniform(4, 7.5), draw.uniform(0, 6) * draw.chance(0.6)
    shade = draw.uniform(0.3, 1)
    thickness = draw.uniform(0.7, 1.8)
    back = sole - heel
    canvas.paint(limb(x, y, (-12.5, sole), (-3.0, sole), (thickness, thickness)), shade)
    canvas.paint(limb(x, y, (-3.5, sole), (12.0, back), (thickness, thickness)), shade)
    canvas.paint(
        limb(x, y, (11.0, back), (draw.uniform(9.5, 12), sole + thickness), (draw.uniform(0.8, 2), 0.8)), shade
    )
    canvas.paint(limb(x, y, (-11.0, sole), (draw.uniform(-8, -4), sole - draw.uniform(3.5, 6)), (1.0, 0.8)), shade)
    canvas.paint(limb(x, y, (-3.0, sole), (draw.uniform(-7, -3), sole - draw.uniform(3.5, 6)), (1.2, 0.8)), shade)
    ankle, ankled = back - draw.uniform(4, 9), draw.chance(0.8)
    canvas.paint(limb(x, y, (11.5, back), (draw.uniform(9, 12), ankle), (1.0, 0.8)), shade, ankled)
    canvas.paint(
        limb(x, y, (11.0, ankle + 1), (draw.uniform(1, 6), ankle), (0.8, 0.8)), shade, ankled * draw.chance(0.8)
    )
    canvas.paint(
        limb(x, y, (draw.uniform(-6, -2), sole - 4), (9.0, ankle + 2), (0.8, 0.8)), shade, ankled * draw.chance(0.5)
    )
    upper = skyline(x, y, [(-12.0, sole - 1), (-6.0, sole - 4), (4.0, sole - 3), (12.0, back - 2)], sole)
    canvas.paint(upper, shade * 0.8, draw.chance(0.35))
    canvas.fabric()


def draw_sneaker(canvas: Canvas) -> None:
    """A low shoe with a sole of another shade and laces."""
    _draw_shoe(canvas, shaft=(5.5, 12.0), opening=(2.5, 6.0), laces=0.65, heel=0.0)


def draw_ankle_boot(canvas: Canvas) -> None:
    """A shoe with a shaft above the ankle, on some images with a heel."""
    _draw_shoe(canvas, shaft=(9.0, 19.0), opening=(0.5, 4.0), laces=0.3, heel=0.55)


def _draw_shoe(
    canvas: Canvas, shaft: tuple[float, float], opening: tuple[float, float], laces: float, heel: float
) -> None:
    """A shoe seen from the side, its toe to the left; ``shaft`` is the height of its back, pixels."""
    draw, x, y = canvas.draw, canvas.x, canvas.y
    height = draw.uniform(*shaft)
    sole = height / 2 + draw.uniform(-0.5, 1.5)
    toe, back = draw.uniform(2.5, 5), sole - height
    tip, end = draw.uniform(-13, -11.5), draw.uniform(10.5, 12.5)
    front = draw.uniform(0.5, 4)
    shade = draw.uniform(0.3, 1)
    tops: list[tuple[Value, Value]] = [
        (tip, sole - 1.5),
        (tip + draw.uniform(1.5, 3.5), sole - toe),
        (-4.5, sole - toe - draw.uniform(0, 1.5)),
        (front, back + draw.uniform(-1, 1)),
        (front + (end - front) / 2, back + draw.uniform(*opening) * 0.5),
        (end, back),
    ]
    shoe = skyline(x, y, tops, sole)
    canvas.paint(shoe, shade)
    lace = intersection(np.abs((x + y) % 2.4 - 1.2) - 0.4, ellipse(x, y, (front - 3.5, back + 3.5), (3.2, 2.6)), shoe)
    canvas.paint(lace, draw.uniform(0, 1), draw.chance(laces) * 0.8)
    patch = limb(x, y, (draw.uniform(-3, 2), sole - 1.5), (draw.uniform(4, 10), back + 3), (1.0, 0.7))
    canvas.paint(intersection(patch, shoe), draw.uniform(0, 1), draw.chance(0.4) * 0.8)
    canvas.fabric()
    thick = draw.uniform(0.8, 2.4)
    canvas.paint(intersection(sole - thick - y, y - sole, tip - x, x - end), draw.uniform(0.1, 1))
    block = intersection(sole - y, y - sole - draw.uniform(1, 4), draw.uniform(5, 8.5) - x, x - end)
    canvas.paint(block, shade * 0.8, draw.chance(heel))
    arch = intersection(sole - y, y - sole - 1, tip - x, x - end + 10)
    canvas.paint(arch, shade * 0.8, draw.chance(heel))


def draw_bag(canvas: Canvas) -> None:
    """A box with a handle, a flap and a clasp."""
    draw, x, y = canvas.draw, canvas.x, canvas.y
    wide, tall = draw.uniform(8, 13), draw.uniform(5, 9)
    middle = draw.uniform(1, 5)
    taper = draw.uniform(-0.15, 0.25)
    shade = draw.uniform(0.3, 1)
    side = np.abs(x)
    top = middle - tall
    radius = wide * draw.uniform(0.35, 0.75)
    ring = ellipse(x, y, (0.0, top), (radius, draw.uniform(3, 9)))
    canvas.paint(intersection(np.abs(ring) - draw.uniform(0.5, 1.1), y - top), shade * 0.9, draw.chance(0.8))
    body = intersection(side - wide - taper * (y - middle), np.abs(y - middle) - tall)
    body = np.maximum(body, (side + np.abs(y - middle) - wide - tall + draw.uniform(0.5, 3)) * 0.7)
    canvas.paint(body, shade)
    flap = intersection(body, y - top - tall * draw.uniform(0.5, 1.1))
    canvas.darken(flap, draw.chance(0.6) * draw.uniform(0.1, 0.5))
    clasp = ellipse(x, y, (0.0, top + tall * draw.uniform(0.6, 1.1)), (draw.uniform(0.8, 2), 1.0))
    canvas.paint(clasp, draw.uniform(0, 1), draw.chance(0.6))
    canvas.fabric()
