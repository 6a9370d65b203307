"""One surface from above: colours, contour lines with their values, markers and path."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.arrays import BoolArray, FloatArray
from landscape_gui.figures.color_maps import luminance, table
from landscape_gui.figures.line_labels import Label, place_labels, without
from landscape_gui.figures.markers import NARROW_IN, marker
from landscape_gui.figures.panel import Field, Panel
from landscape_gui.figures.scale import Scale
from landscape_gui.figures.spec import Look

# Up to this many, the measured points of an unfinished surface are shown one by one.
_MAX_DOTS = 1000
POINT_MARK: dict[str, Any] = {"linestyle": "none", "color": "black", "alpha": 0.5}
MEASURED_MARK: dict[str, Any] = {"marker": ".", "markersize": 1.2}
SAMPLED_MARK: dict[str, Any] = {
    "marker": "o",
    "markersize": 1.3,
    "markerfacecolor": "none",
    "markeredgewidth": 0.25,
}


def draw_contours(axes: Axes, panel: Panel, scale: Scale, look: Look, width_in: float) -> None:
    """Draw a panel into axes that are about so wide."""
    narrow = width_in < style.pt(NARROW_IN)
    field = panel.field(scale.low, scale.high, look.alpha, look.beta)
    levels = scale.levels(look.levels)
    _fill(axes, panel, field, scale, look, levels)
    axes.set_xlim(field.alpha[0], field.alpha[-1])
    axes.set_ylim(field.beta[0], field.beta[-1])
    axes.set_aspect("equal")
    if look.lines:
        _draw_lines(axes, panel, field, scale, look, levels, width_in)
    if look.dots and not panel.measured.all() and panel.measured.sum() <= _MAX_DOTS:
        _mark(axes, panel, panel.measured, MEASURED_MARK)
        if panel.sampled is not None and panel.sampled.sum() <= _MAX_DOTS:
            _mark(axes, panel, panel.sampled, SAMPLED_MARK)
    if panel.trajectory is not None and look.trajectory is not False:
        draw_path(axes, panel, narrow)
    for point in panel.points:
        axes.plot(
            [point.alpha], [point.beta], linestyle="none", zorder=5, **marker(point.kind, narrow)
        )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(3, steps=[1, 2, 4, 5, 10]) if narrow else MaxNLocator(5))


def _fill(
    axes: Axes, panel: Panel, field: Field, scale: Scale, look: Look, levels: list[float]
) -> None:
    colors = style.colors_of(scale.color_map)
    if look.fill == "cells":
        values = panel.heights(scale.low, scale.high)
        axes.pcolormesh(
            panel.alpha, panel.beta, values, norm=scale.norm, cmap=colors, shading="nearest",
            rasterized=True,
        )  # fmt: skip
        return
    if look.fill == "bands" and levels:
        edges = [scale.low, *levels, scale.high]
        middles = [(a * b) ** 0.5 if scale.log else (a + b) / 2 for a, b in pairwise(edges)]
        shades: Any = colors(scale.place(np.array([scale.low, *middles, scale.high])))
        bands: Any = axes.contourf(
            field.alpha,
            field.beta,
            field.values,
            levels=edges,
            colors=list(shades),
            extend="both",
            zorder=0.5,
        )
        # One shape beside the other would leave hairs of white between them.
        bands.set_edgecolor(shades)
        bands.set_linewidth(0.3)
        return
    axes.pcolormesh(
        field.alpha, field.beta, field.values, norm=scale.norm, cmap=colors, shading="gouraud",
        rasterized=True,
    )  # fmt: skip


def _draw_lines(
    axes: Axes,
    panel: Panel,
    field: Field,
    scale: Scale,
    look: Look,
    levels: list[float],
    width_in: float,
) -> None:
    """Contour lines, light on dark colours and dark on light ones, with gaps for their values."""
    generator: Any = contour_generator(field.alpha, field.beta, field.values)
    lines = {level: generator.lines(scale.drawn_level(level)) for level in levels}
    size = style.pt(5.2 if width_in < style.pt(NARROW_IN) else 5.8)
    placed: list[Label] = []
    if look.labels:
        span = float(field.alpha[-1] - field.alpha[0])
        placed = place_labels(
            lines,
            _words(levels),
            box=(field.alpha[0], field.alpha[-1], field.beta[0], field.beta[-1]),
            points_to_data=span / (72 * width_in),
            size_pt=size,
            avoid=_occupied(panel),
        )
    tones = luminance(table(scale.color_map))
    for level, parts in lines.items():
        light = tones[int(255 * float(scale.place(np.array(level))))] < 0.55
        color = "white" if light else "black"
        mine = [label for label in placed if label.level == level]
        axes.add_collection(
            LineCollection(
                [piece for part in parts for piece in without(part, mine)],
                colors=color, alpha=0.75 if light else 0.5, linewidths=style.pt(0.45), zorder=2,
            ),
            autolim=False,
        )  # fmt: skip
        for label in mine:
            axes.text(
                label.x, label.y, label.words, rotation=label.angle, ha="center", va="center",
                fontsize=size, color=color, alpha=0.95 if light else 0.8, zorder=3,
                in_layout=False,
            )  # fmt: skip


def _occupied(panel: Panel) -> FloatArray:
    """Where no label may lie: float64[k, 2], also between checkpoints."""
    places = [np.array([[point.alpha, point.beta] for point in panel.points]).reshape(-1, 2)]
    if panel.trajectory is not None:
        alpha, beta = panel.trajectory
        fine = np.linspace(0, len(alpha) - 1, 10 * len(alpha))
        stops = np.arange(len(alpha))
        places.append(np.column_stack([np.interp(fine, stops, axis) for axis in (alpha, beta)]))
    return np.concatenate(places)


def _words(levels: list[float]) -> dict[float, str]:
    return {level: f"{level:.6g}".replace("-", "\N{MINUS SIGN}") for level in levels}


def draw_path(axes: Axes, panel: Panel, narrow: bool) -> None:
    """The checkpoints' path with a dot at each."""
    assert panel.trajectory is not None
    width = style.pt(0.8 if narrow else 1.0)
    axes.plot(
        *panel.trajectory,
        color=style.INK,
        linewidth=width,
        marker="o",
        markersize=style.pt(1.7 if narrow else 2.2),
        path_effects=[withStroke(linewidth=2.4 * width, foreground="white", alpha=0.9)],
        zorder=4,
    )


def _mark(axes: Axes, panel: Panel, points: BoolArray, look: dict[str, Any]) -> None:
    rows, columns = np.nonzero(points)
    grown: dict[str, Any] = look | {"markersize": style.pt(look["markersize"])}
    axes.plot(panel.alpha[columns], panel.beta[rows], zorder=1.5, **POINT_MARK, **grown)


def near_path(panels: list[Panel]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges of α and β, equally long, that hold all paths and markers with room around."""
    places = np.concatenate([_occupied(panel) for panel in panels])
    low, high = places.min(axis=0), places.max(axis=0)
    side = max(float((high - low).max()) * 1.7, 2.0)
    found = []
    for axis, (a, b) in enumerate(zip(low, high, strict=True)):
        bounds = [(panel.alpha, panel.beta)[axis] for panel in panels]
        least, most = max(x[0] for x in bounds), min(x[-1] for x in bounds)
        first = max(math.floor(10 * ((a + b) / 2 - side / 2)) / 10, float(least))
        found.append((first, min(first + side, float(most))))
    return found[0], found[1]
