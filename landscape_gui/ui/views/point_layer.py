"""Marks on lattice points: dots where measured, small rings where measured on few examples."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from landscape_gui.ui.scene import BoolArray, FloatArray, SurfaceScene, in_whole_cells
from landscape_gui.ui.views.arrays_to_qt import polygon, rings

_DOT_DIAMETER = 3.2
_RING_DIAMETER = 3.8
_RING_WIDTH = 0.9
# Closer together than this, dots and rings would hide the colours; the veil alone tells then.
_DOT_SPACING = 6.0
_RING_SPACING = 7.5
_ON_DARK, _ON_LIGHT = QColor(255, 255, 255, 215), QColor(0, 0, 0, 165)


def paint_points(
    painter: QPainter,
    scene: SurfaceScene,
    pixels: tuple[FloatArray, FloatArray],
    rect: QRectF,
    dark: BoolArray,
) -> None:
    """Mark the points of a scene that lie inside ``rect``, unless they are too close together.

    Parameters
    ----------
    pixels
        x of the columns, float64[n], and y of the rows, float64[m].
    dark
        bool[m, n]: where the map is dark.
    """
    x, y = pixels
    inside_x = (x > rect.left()) & (x < rect.right())
    inside_y = (y > rect.top()) & (y < rect.bottom())
    shown = inside_y[:, None] & inside_x & np.isfinite(scene.height)
    measured = scene.measured & shown
    if min(_pitch(x), _pitch(y)) < _DOT_SPACING:
        # Where all points of a region are measured, the unveiled colour says it.
        measured &= ~in_whole_cells(scene.measured)
    if measured.any() and _spacing(measured, x, y) >= _DOT_SPACING:
        for on_dark in (True, False):
            j, i = np.nonzero(measured & (dark == on_dark))
            pen = QPen(_ink(on_dark), _DOT_DIAMETER)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(polygon(x[i], y[j]))
    if scene.only_sampled is None:
        return
    sampled = scene.only_sampled & shown
    if not sampled.any() or _spacing(measured | sampled, x, y) < _RING_SPACING:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for on_dark in (True, False):
        j, i = np.nonzero(sampled & (dark == on_dark))
        painter.setPen(QPen(_ink(on_dark), _RING_WIDTH))
        painter.drawPath(rings(x[i], y[j], _RING_DIAMETER / 2))


def paint_swatch(painter: QPainter, box: QRectF, dark: Sequence[bool], *, sampled: bool) -> None:
    """The marks as they look on a row of colours, for a legend."""
    step = box.width() / len(dark)
    for k, on_dark in enumerate(dark):
        at = QPointF(box.left() + (k + 0.5) * step, box.center().y())
        if sampled:
            painter.setPen(QPen(_ink(on_dark), _RING_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 1.7, 1.7)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_ink(on_dark))
            painter.drawEllipse(at, 1.3, 1.3)


def _ink(on_dark: bool) -> QColor:
    return _ON_DARK if on_dark else _ON_LIGHT


def _pitch(positions: FloatArray) -> float:
    """Smallest distance between neighbouring columns or rows."""
    return float(np.abs(np.diff(positions)).min(initial=np.inf))


def _spacing(drawn: BoolArray, x: FloatArray, y: FloatArray) -> float:
    """Typical distance in pixels between the drawn points: root of the area that each one has."""
    columns, rows = np.flatnonzero(drawn.any(axis=0)), np.flatnonzero(drawn.any(axis=1))
    # Floats count with the gaps around the outermost points, hence n / (n − 1) via max.
    width = abs(x[columns[-1]] - x[columns[0]]) + (abs(x[-1] - x[0]) / max(x.size - 1, 1))
    height = abs(y[rows[-1]] - y[rows[0]]) + (abs(y[-1] - y[0]) / max(y.size - 1, 1))
    return math.sqrt(width * height / drawn.sum())
