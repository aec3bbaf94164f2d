"""The pictures of the notebooks, drawn by code: exercise → section of its text → figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

INPUT, KERNEL, OUTPUT, PADDING, ACCENT = "#cfe3f5", "#fde2b8", "#cdebd0", "#eeeeee", "#1b6ca8"
Cells = Sequence[Sequence[object]]


def grid(
    axes: Axes,
    cells: Cells,
    x: float,
    y: float,
    colour: str,
    *,
    marked: Sequence[tuple[int, int]] = (),
    depth: int = 0,
) -> None:
    """A matrix of numbers whose upper left corner is at (x, y), `depth` layers back; marked cells have thick edges."""
    for i, row in enumerate(cells):
        for j, value in enumerate(row):
            fill, thick, front = PADDING if value == "·" else colour, (i, j) in marked, 30 - 5 * depth
            edge = {"edgecolor": ACCENT, "linewidth": 2.2} if thick else {"edgecolor": "grey", "linewidth": 0.8}
            axes.add_patch(Rectangle((x + j, y - i - 1), 1, 1, facecolor=fill, zorder=front + thick, **edge))
            text = "0" if value == "·" else str(value)
            axes.text(x + j + 0.5, y - i - 0.5, text, ha="center", va="center", zorder=front + 2)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Axes on which one unit is one cell."""
    figure = Figure(figsize=(0.42 * width, 0.42 * height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def sign(axes: Axes, x: float, y: float, text: str) -> None:
    """An operator between two matrices."""
    axes.text(x, y, text, ha="center", va="center", fontsize=15)


def window(i: int, j: int, h: int, w: int) -> list[tuple[int, int]]:
    """The cells under a window."""
    return [(i + a, j + b) for a in range(h) for b in range(w)]


def sliding_kernel() -> Figure:
    """Two positions of a 2×2 kernel on a 3×3 input."""
    figure, axes = canvas(26, 5)
    for x, (i, j) in ((0.5, (0, 0)), (13.5, (1, 1))):
        grid(axes, [[0, 1, 2], [3, 4, 5], [6, 7, 8]], x, 4, INPUT, marked=window(i, j, 2, 2))
        sign(axes, x + 3.6, 2.5, "∗")
        grid(axes, [[0, 1], [2, 3]], x + 4.2, 3.5, KERNEL)
        sign(axes, x + 6.8, 2.5, "=")
        grid(axes, [[19, 25], [37, 43]], x + 7.4, 3.5, OUTPUT, marked=[(i, j)])
    return figure


def padding_and_stride() -> Figure:
    """An odd total of padding goes on top and to the left; windows two apart."""
    figure, axes = canvas(24, 7)
    cells = [["·"] * 4, ["·", 1, 2, 3], ["·", 4, 5, 6], ["·", 7, 8, 9]]
    for x, (i, j), number in ((0.5, (0, 0), (0, 0)), (11.5, (2, 2), (1, 1))):
        grid(axes, cells, x, 5.5, INPUT, marked=window(i, j, 2, 2))
        sign(axes, x + 4.8, 3.5, "→")
        grid(axes, [[1, 5], [11, 28]], x + 5.6, 4.5, OUTPUT, marked=[number])
    axes.text(0.5, 0.6, "padding (1, 1) in all: a row on top, a column to the left; stride (2, 2); kernel of ones")
    return figure


def several_channels() -> Figure:
    """Two channels, each with its slice of the kernel, summed."""
    figure, axes = canvas(22, 9)
    rows = ([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]], [[19, 25], [37, 43]], 8.5)
    more = ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [3, 4]], [[37, 47], [67, 77]], 4.0)
    for X, K, Y, top in (rows, more):
        grid(axes, X, 0.5, top, INPUT, marked=window(0, 0, 2, 2))
        sign(axes, 4.1, top - 1.5, "∗")
        grid(axes, K, 4.7, top - 0.5, KERNEL)
        sign(axes, 7.3, top - 1.5, "=")
        grid(axes, Y, 7.9, top - 0.5, OUTPUT, marked=[(0, 0)])
    sign(axes, 12.3, 4.8, "sum →")
    grid(axes, [[56, 72], [104, 120]], 14.5, 5.8, OUTPUT, marked=[(0, 0)])
    return figure


def one_by_one() -> Figure:
    """A 1×1 kernel: at each pixel the channels are mixed by one matrix."""
    figure, axes = canvas(22, 7)
    for c in (2, 1, 0):
        grid(axes, [[""] * 3] * 3, 0.5 + 0.5 * c, 4.5 + 0.5 * c, INPUT, marked=[(1, 1)], depth=c)
    sign(axes, 6.2, 3.5, "→")
    grid(axes, [["k₀₀", "k₀₁", "k₀₂"], ["k₁₀", "k₁₁", "k₁₂"]], 7.2, 4.5, KERNEL)
    axes.text(8.7, 1.6, "2 × 3, the same\nat every pixel", ha="center")
    sign(axes, 11.6, 3.5, "→")
    for c in (1, 0):
        grid(axes, [[""] * 3] * 3, 12.8 + 0.5 * c, 4.5 + 0.5 * c, OUTPUT, marked=[(1, 1)], depth=c)
    axes.text(2.5, 0.5, "3 channels", ha="center")
    axes.text(14.6, 0.5, "2 channels", ha="center")
    return figure


def pooling_windows() -> Figure:
    """A 2×2 window at stride 1: maximum and mean."""
    figure, axes = canvas(20, 5)
    grid(axes, [[0, 1, 2], [3, 4, 5], [6, 7, 8]], 0.5, 4, INPUT, marked=window(0, 1, 2, 2))
    for x, name, cells in ((6.5, "max", [[4, 5], [7, 8]]), (13.0, "mean", [[2, 3], [5, 6]])):
        axes.text(x - 0.3, 2.5, f"{name} →", ha="right", va="center")
        grid(axes, cells, x + 0.2, 3.5, OUTPUT, marked=[(0, 1)])
    return figure


def boxes(axes: Axes, names: Sequence[tuple[str, str]], x: float, y: float, width: float, gap: float) -> None:
    """A chain of layers from left to right."""
    for index, (name, colour) in enumerate(names):
        left = x + index * (width + gap)
        axes.add_patch(FancyBboxPatch((left, y - 0.9), width, 1.8, boxstyle="round,pad=0.05", facecolor=colour))
        axes.text(left + width / 2, y, name, ha="center", va="center", fontsize=12)
        if index:
            axes.add_patch(FancyArrowPatch((left - gap, y), (left - 0.05, y), arrowstyle="->", mutation_scale=10))


def lenet_diagram() -> Figure:
    """The layers of LeNet and the shapes between them."""
    figure, axes = canvas(37, 4)
    layers = ["image\n1×28×28", "conv 5×5\n6×28×28", "avg pool\n6×14×14", "conv 5×5\n16×10×10", "avg pool\n16×5×5"]
    layers += ["flatten\n400", "dense\n120", "dense\n84", "dense\n10"]
    colours = [INPUT, KERNEL, PADDING, KERNEL, PADDING, PADDING, OUTPUT, OUTPUT, OUTPUT]
    boxes(axes, list(zip(layers, colours, strict=True)), 0.4, 2, 3.3, 0.75)
    return figure


def residual_diagram() -> Figure:
    """The residual block and its side path."""
    figure, axes = canvas(34, 7)
    path = [("X", INPUT), ("conv1 3×3\nstride s", KERNEL), ("bn1", PADDING), ("ReLU", PADDING)]
    path += [("conv2 3×3", KERNEL), ("bn2", PADDING), ("+", OUTPUT), ("ReLU", PADDING), ("Y", OUTPUT)]
    boxes(axes, path, 0.4, 4.5, 3.0, 0.75)
    axes.plot([1.9, 1.9, 24.4, 24.4], [3.5, 1.4, 1.4, 3.5], color="black", linewidth=1)
    axes.add_patch(FancyArrowPatch((24.4, 1.4), (24.4, 3.5), arrowstyle="->", mutation_scale=10))
    axes.add_patch(FancyBboxPatch((10.2, 0.5), 5.6, 1.8, boxstyle="round,pad=0.05", facecolor=KERNEL, zorder=3))
    axes.text(13, 1.4, "conv3 1×1, stride s\n(or nothing)", ha="center", va="center", fontsize=12, zorder=4)
    return figure


def batch_norm_axes() -> Figure:
    """What one mean is taken over: a column of a dense layer's batch, a channel of all images."""
    figure, axes = canvas(26, 7)
    grid(axes, [[""] * 4] * 5, 0.5, 6, INPUT, marked=[(i, 1) for i in range(5)])
    axes.text(2.5, 0.4, "(N, F): one feature,\nall rows", ha="center", va="center", fontsize=12)
    for n in range(3):
        for c in (2, 1, 0):
            x, y = 7 + 6.2 * n + 0.6 * c, 4.4 + 0.6 * c
            marked = window(0, 0, 3, 3) if c == 0 else ()
            grid(axes, [[""] * 3] * 3, x, y, INPUT, marked=marked, depth=c)
    axes.text(15.5, 0.5, "(N, C, H, W): one channel, all images and pixels", ha="center", va="center", fontsize=12)
    return figure


PICTURES: dict[str, dict[str, Callable[[], Figure]]] = {
    "corr2d": {"Cross-correlation": sliding_kernel},
    "padding_stride": {"Padding": padding_and_stride},
    "channels": {"Several input channels": several_channels, "1×1 convolution": one_by_one},
    "pooling": {"Maximum and average": pooling_windows},
    "lenet": {"The network": lenet_diagram},
    "batch_norm": {"Batch normalisation": batch_norm_axes},
    "resnet": {"The residual block": residual_diagram},
}
