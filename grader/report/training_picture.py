"""What a student sees of a training that was graded: its curve beside the reference's band, and what was confused."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from grader.course import AccuracyProtocol

_CURVES = {"train_acc": ("training accuracy", "#1b6ca8"), "test_acc": ("test accuracy", "#2e8b57")}
_LOSS_COLOUR = "#c0392b"


def training_pictures(measured: Mapping[str, Any], protocols: Mapping[str, AccuracyProtocol]) -> dict[str, str]:
    """SVG by file name, one picture for each accuracy protocol that a submission was measured by."""
    return {
        f"training-{name}.svg": _draw(name, values, protocols[name])
        for name, values in measured.items()
        if name in protocols and isinstance(values, dict) and "accuracy" in values
    }


def _draw(name: str, values: dict[str, Any], protocol: AccuracyProtocol) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 4.4), layout="constrained")
    curve, matrix = figure.subplots(1, 2, width_ratios=[1.15, 1])
    _draw_curve(curve, values, protocol)
    _draw_confusion(matrix, values.get("confusion", []), values.get("classes", []))
    figure.suptitle(f"{name}: accuracy {values['accuracy']:.3f}, target {protocol.target:.2f}", fontsize=11)
    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": "grader"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _draw_curve(axes: Any, values: dict[str, Any], protocol: AccuracyProtocol) -> None:
    history = [_within_bounds(entry) for entry in values.get("history", [])]
    epochs = range(1, len(history) + 1)
    for key, (label, colour) in _CURVES.items():
        axes.plot(epochs, [entry[key] for entry in history], "o-", color=colour, label=f"{label}, as you report it")
    end = len(history) + protocol.cool_down_epochs
    axes.plot([end], [values["accuracy"]], "*", color="black", markersize=12, label="measured on unseen images")
    if protocol.mean is not None and protocol.sd is not None:
        low, high = (protocol.mean + sign * 2 * protocol.sd for sign in (-1, 1))
        axes.axhspan(low, high, color="#1b6ca8", alpha=0.15, label="right solutions end here")
    axes.axhline(protocol.target, color="grey", linestyle=":", label=f"target {protocol.target:.2f}")
    axes.set_ylim(0, 1)
    axes.set_xlim(0.7, max(end, 1) + 0.3)
    axes.set_xticks(range(1, end + 1))
    axes.set_xlabel(f"epoch (the last {protocol.cool_down_epochs} at a tenth of the learning rate)")
    axes.set_ylabel("accuracy")
    loss = axes.twinx()
    losses = [entry["train_loss"] for entry in history]
    loss.plot(epochs, losses, "s--", color=_LOSS_COLOUR, label="training loss, as you report it")
    loss.set_ylim(0, max([2.5, *losses]))
    loss.set_ylabel("loss", color=_LOSS_COLOUR)
    handles = [*axes.get_legend_handles_labels()[0], *loss.get_legend_handles_labels()[0]]
    axes.legend(handles=handles, fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3, frameon=False)


def _within_bounds(entry: dict[str, float]) -> dict[str, float]:
    """An entry of the history, which the submission has written itself, as figures that can be drawn."""
    return {key: min(max(value, 0.0), 1.0 if key in _CURVES else 1e6) for key, value in entry.items()}


def _draw_confusion(axes: Any, confusion: list[list[int]], class_names: list[str]) -> None:
    if not confusion:
        axes.set_axis_off()
        return
    axes.imshow(confusion, cmap="Blues")
    places = range(len(confusion))
    names = class_names if len(class_names) == len(confusion) else [str(i) for i in places]
    axes.set_xticks(places, names, rotation=55, ha="right", fontsize=7)
    axes.set_yticks(places, names, fontsize=7)
    axes.set_xlabel("your network says", fontsize=8)
    axes.set_ylabel("it is", fontsize=8)
    dark = max(max(row) for row in confusion) / 2
    for i, row in enumerate(confusion):
        for j, count in enumerate(row):
            if count:
                axes.text(
                    j, i, count, ha="center", va="center", fontsize=5.5, color="white" if count > dark else "black"
                )
