"""Contour lines: at which levels, where they run, and where their numbers stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from landscape_gui.ui.scene import FloatArray, Limits, ValueScale
from landscape_gui.ui.views.arrays_to_qt import connected_path
from landscape_gui.ui.views.surface_image import cell_edges
from landscape_gui.ui.views.ticks import linear_ticks, log_ticks, power_labels, tick_labels


def contour_levels(
    limits: Limits, count: int = 10, scale: ValueScale = "linear"
) -> tuple[FloatArray, list[str]]:
    """Nice levels strictly inside the limits, and their numbers as text.

    Equal steps on a linear scale, 1–2–5 per decade or the like on a logarithmic one.
    """
    low, high = limits.low, limits.high
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        return np.empty(0), []
    logarithmic = scale == "log" and low > 0
    levels = log_ticks(low, high, count + 2) if logarithmic else linear_ticks(low, high, count)
    slack = 1e-9 * (high - low)
    levels = levels[(levels > low + slack) & (levels < high - slack)]
    return levels, (power_labels(levels) if logarithmic else tick_labels(levels))


@dataclass(frozen=True, eq=False)
class ContourLine:
    """All lines of one level: ``points[offsets[k]:offsets[k + 1]]`` is the k-th of them.

    ``points`` is float64[p, 2] in (α, β).
    """

    level: float
    text: str
    points: FloatArray
    offsets: tuple[int, ...]


def trace_contours(
    alpha: FloatArray,
    beta: FloatArray,
    height: FloatArray,
    limits: Limits,
    scale: ValueScale = "linear",
    beyond: bool = True,
) -> list[ContourLine]:
    """Lines of equal height at nice levels, going around what is not finite.

    Where ``beyond``, they run on to the outer edge of the outermost cells, as an image of cells
    does.
    """
    levels, texts = contour_levels(limits, scale=scale)
    if levels.size == 0 or alpha.size < 2 or beta.size < 2:
        return []
    x, y, z = alpha, beta, height
    if beyond:
        x_edges, y_edges = cell_edges(alpha), cell_edges(beta)
        x = np.concatenate(([x_edges[0]], alpha, [x_edges[-1]]))
        y = np.concatenate(([y_edges[0]], beta, [y_edges[-1]]))
        z = _extended(_extended(height).T).T
    finite = np.isfinite(z)
    surface = z if finite.all() else np.ma.masked_where(~finite, np.where(finite, z, 0.0))
    generator = contourpy.contour_generator(
        x, y, surface, name="serial", line_type=contourpy.LineType.ChunkCombinedOffset
    )
    lines = []
    for level, text in zip(levels, texts, strict=True):
        # One chunk: a pair of lists of length 1, holding None where there is no line.
        found: tuple[Any, Any] = generator.lines(float(level))  # pyright: ignore
        (points,), (offsets,) = found
        if points is not None:
            ends = tuple(int(o) for o in offsets)
            lines.append(ContourLine(float(level), text, points, ends))
    return lines


def _extended(height: FloatArray) -> FloatArray:
    """Rows half a gap above and below, continued straight: repeating them would bend the lines."""
    first = height[:1] + (height[:1] - height[1:2]) / 2
    last = height[-1:] + (height[-1:] - height[-2:-1]) / 2
    return np.concatenate((first, height, last))


def lines_path(pixels: Sequence[tuple[FloatArray, tuple[int, ...]]]) -> QPainterPath:
    """One path through many lines: pairs of points in pixels, float64[p, 2], and offsets."""
    if not pixels:
        return QPainterPath()
    points = np.concatenate([p for p, _ in pixels])
    connect = np.ones(len(points), dtype=np.int32)
    start = 0
    for line, offsets in pixels:
        connect[start + np.array(offsets[1:], dtype=np.intp) - 1] = 0
        start += len(line)
    return connected_path(points, connect)


@dataclass(frozen=True)
class LabelSpot:
    """Middle of a number on a line, in pixels, and the angle in degrees it is turned by."""

    x: float
    y: float
    angle: float
    rect: QRectF
    """Bounding box of the turned text."""


def label_spot(
    line: FloatArray, width: float, height: float, bounds: QRectF, obstacles: Sequence[QRectF]
) -> LabelSpot | None:
    """The straightest free stretch of a line for a number.

    Parameters
    ----------
    line
        float64[p, 2] in pixels.
    width, height
        Size of the text.
    bounds
        Where numbers may stand.
    obstacles
        What they may not cover.
    """
    steps = np.hypot(np.diff(line[:, 0]), np.diff(line[:, 1]))
    along = np.concatenate(([0.0], np.cumsum(steps)))
    total = float(along[-1])
    if total < 3.0 * width:
        return None
    middles = np.linspace(width, total - width, int(np.clip(total / 24, 5, 40)))
    ends = [
        (np.interp(middles + side, along, line[:, 0]), np.interp(middles + side, along, line[:, 1]))
        for side in (-width / 2, 0.0, width / 2)
    ]
    (x0, y0), (xm, ym), (x1, y1) = ends
    straightness = np.hypot(x1 - x0, y1 - y0) / width
    # Level text reads best; the middle of the view is where the reader looks.
    tilt = np.abs(y1 - y0) / np.maximum(np.hypot(x1 - x0, y1 - y0), 1e-9)
    center = bounds.center()
    away = np.hypot((xm - center.x()) / bounds.width(), (ym - center.y()) / bounds.height())
    score = 4.0 * straightness - 0.25 * tilt - 0.35 * away
    for k in np.argsort(-score):
        if straightness[k] < 0.93:
            continue
        angle = float(np.degrees(np.arctan2(y1[k] - y0[k], x1[k] - x0[k])))
        if angle > 90:
            angle -= 180
        elif angle <= -90:
            angle += 180
        cos, sin = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
        w, h = width * cos + height * sin, width * sin + height * cos
        x, y = float((x0[k] + 2 * xm[k] + x1[k]) / 4), float((y0[k] + 2 * ym[k] + y1[k]) / 4)
        rect = QRectF(x - w / 2, y - h / 2, w, h)
        if bounds.contains(rect) and not any(rect.intersects(o) for o in obstacles):
            return LabelSpot(x, y, angle, rect)
    return None
