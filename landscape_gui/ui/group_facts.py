"""What is known of a layer group: its share of the change, the width of its basin. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from landscape_gui.geometry.flatness import Width, basin_width, with_points
from landscape_gui.specs import LayerGroup, Metric
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene import FloatArray
from landscape_gui.ui.wording import METRIC_TITLES, number

WIDTH_METRIC: Metric = "train_loss"
WIDTH_RISE = 0.1
"""ε: by how much the loss may exceed the fine-tuned model's inside the basin."""
_FEWEST_POINTS = 5


def parts_of(group: LayerGroup) -> tuple[str, ...]:
    """The parts of the encoder in a group, named as in ``RunRecord.part_norms``."""
    parts = ["embeddings"] if group.embeddings else []
    parts += [str(layer) for layer in group.layers]
    return (*parts, "pooler") if group.pooler else tuple(parts)


def share_of_change(model: LandscapeModel, group: LayerGroup | None) -> float | None:
    """‖δ1‖² of a group's parameters over that of all that move; None where the file has it not.

    Files from before the parts' norms were stored know it of groups with a surface or a curve.
    """
    norms = model.run.part_norms
    if norms:
        total = sum(norms.values())
        if not total > 0:
            return None
        return 1.0 if group is None else sum(norms.get(p, 0.0) for p in parts_of(group)) / total
    gram = np.asarray(model.run.gram, dtype=np.float64)
    if gram.ndim != 2 or not gram.size or not gram[-1, -1] > 0:
        return None
    if group is None:
        return 1.0
    for plot in model.plots.values():
        if plot.group == group.name and np.isfinite(plot.plane.axis1_norm):
            return float(plot.plane.axis1_norm**2 / gram[-1, -1])
    return None


@dataclass(frozen=True, slots=True)
class BasinWidth:
    """The width of a basin along a group's own δ1.

    Attributes
    ----------
    width
        In units of α, that is of the group's ‖δ1‖.
    norm
        The group's ‖δ1‖ in weight space.
    source
        What it was read from.
    """

    width: Width
    norm: float
    source: Literal["surface", "curve"]

    @property
    def text(self) -> str:
        """``1.32``, or ``> 4.10`` where the range ends before the basin does."""
        shown = f"{self.width.length:.2f}"
        return shown if all(self.width.bounded) else f"> {shown}"

    @property
    def sentence(self) -> str:
        """All that the number means."""
        low, high = self.width.left, self.width.right
        text = (
            f"Along this δ1, {METRIC_TITLES[WIDTH_METRIC]} stays within ε = {WIDTH_RISE:g} of the "
            f"fine-tuned model's from α = {number(low, 2)} to {number(high, 2)}: "
            f"{self.text} ‖δ1‖, {number(self.width.length * self.norm, 3)} in weight space."
        )
        if not all(self.width.bounded):
            text += " The measured range ends inside the basin."
        return f"{text} Read from the {self.source}."


def width_of_basin(model: LandscapeModel, group: str) -> BasinWidth | None:
    """The width along a group's own δ1 ("" is the whole model's), from its curve or surface."""
    for kind in ("curve", "surface"):
        # The longest first: a finer part of a surface ends before the basin does.
        for plot in sorted(model.of_kind(kind), key=lambda plot: plot.alpha[0] - plot.alpha[-1]):
            if plot.group == group and (found := _width(plot)) is not None:
                return BasinWidth(found, plot.plane.axis1_norm, plot.kind)
    return None


def _width(plot: LivePlot) -> Width | None:
    line = _along_axis1(plot)
    if line is None:
        return None
    at = 0.0 if plot.plane.origin == "theta1" else 1.0
    # Measured, where the line may hold but an estimate.
    named = {
        anchor.alpha: anchor.values[WIDTH_METRIC]
        for anchor in plot.anchors.values()
        if abs(anchor.beta) < 1e-9 and np.isfinite(anchor.values.get(WIDTH_METRIC, np.nan))
    }
    alpha, value = with_points(*line, named)
    try:
        return basin_width(alpha, value, at, WIDTH_RISE)
    except ValueError:
        return None


def _along_axis1(plot: LivePlot) -> tuple[FloatArray, FloatArray] | None:
    """α and the loss at β = 0, where it is measured or estimated."""
    if WIDTH_METRIC not in plot.values:
        return None
    values, known = plot.values[WIDTH_METRIC], plot.measured
    estimates = plot.estimates.get(WIDTH_METRIC)
    if plot.beta is not None:
        (rows,) = np.nonzero(np.abs(plot.beta) < 1e-9)
        if not len(rows):
            return None
        values, known = values[rows[0]], known[rows[0]]
        estimates = estimates[rows[0]] if estimates is not None else None
    if estimates is not None:
        values = np.where(known, values, estimates)
        known = known | np.isfinite(estimates)
    if known.sum() < _FEWEST_POINTS:
        return None
    return plot.alpha[known], values[known]
