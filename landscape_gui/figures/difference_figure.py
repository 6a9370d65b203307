"""One surface minus another, on a scale whose middle is zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.grid import Grid, draw_grid
from landscape_gui.figures.page import Page
from landscape_gui.figures.panel import Panel, Point
from landscape_gui.figures.scale import common_scale
from landscape_gui.figures.spec import Look
from landscape_gui.geometry.difference import SampledSurface, difference
from landscape_gui.specs import UserError

_COLOR_MAP = "CET-D1"


def difference_figure(
    first: Panel, second: Panel, title: str, quantity: str, *, look: Look, page: Page
) -> Figure:
    """Draw ``first − second`` as a contour map, on the finer of the two lattices.

    Raises
    ------
    UserError
        If the two have no part of a plane in common.
    """
    if {p.kind for p in first.points} != {p.kind for p in second.points}:
        raise UserError(
            "A whole model's α counts from the start, a layer group's from the fine-tuned model: "
            "these two cannot be subtracted point by point.",
            "Choose two surfaces of the same kind.",
        )
    found = difference(_sampled(first), _sampled(second))
    if found is None or not np.isfinite(found.values).any():
        raise UserError("The two surfaces have no part of the plane in common.")
    known = np.isfinite(found.values)
    panel = replace(
        first,
        title=title,
        alpha=found.alpha,
        beta=found.beta,
        values=found.values,
        measured=found.measured,
        not_finite=0,
        known=found.values[known],
        points=tuple(
            Point(a.kind, a.alpha, a.beta, a.value - b.value)
            for a, b in zip(first.points, second.points, strict=True)
        ),
        trajectory=None,
        beta_title=first.beta_title
        if first.beta_title == second.beta_title
        else "β (another direction in each)",
        estimated=known & ~found.measured if not found.measured.all() else None,
        sampled=None,
        error=None,
        parts=(),
    )
    scale = common_scale([panel.known], limits=look.limits, color_map=_COLOR_MAP, signed=True)
    return draw_grid(Grid((panel,), 1), "contour", [scale], quantity, look, page)


def _sampled(panel: Panel) -> SampledSurface:
    bounds: FloatArray = np.where(panel.measured, 0.0, np.nan)
    return SampledSurface(panel.alpha, panel.beta, panel.values, panel.measured, bounds)
