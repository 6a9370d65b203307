"""The training trajectory: a line through the checkpoints, discs and thinned labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from landscape_gui.ui.scene import FloatArray, TrajectoryOverlay
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.halo_text import draw_halo_text, text_size
from landscape_gui.ui.views.label_layout import bisecting_order, place_label
from landscape_gui.ui.views.marker_layer import around, draw_marker

DISC_RADIUS = 4.2
HOVER_RADIUS = 10.0


@dataclass(frozen=True, eq=False)
class PlacedTrajectory:
    """A trajectory in pixels.

    Attributes
    ----------
    points
        float64[k, 2]; NaN where a coordinate is not finite.
    labels
        Text and place of the labels that found room.
    """

    overlay: TrajectoryOverlay
    points: FloatArray
    labels: tuple[tuple[str, QRectF], ...]

    def disc_at(self, position: QPointF) -> int | None:
        """Index of the checkpoint whose disc is under the pointer."""
        distance = np.hypot(self.points[:, 0] - position.x(), self.points[:, 1] - position.y())
        distance = np.where(np.isfinite(distance), distance, np.inf)
        if distance.size == 0 or distance.min() > HOVER_RADIUS:
            return None
        # Of checkpoints on one spot, the last: it is the one drawn on top.
        return int(np.flatnonzero(distance <= distance.min() + 0.5)[-1])


def place_trajectory(
    overlay: TrajectoryOverlay,
    points: FloatArray,
    font: QFont,
    bounds: QRectF,
    obstacles: Sequence[QRectF],
    named: Sequence[QPointF] = (),
) -> PlacedTrajectory:
    """Choose which checkpoints are labelled, and where.

    Labels are tried first, last, middle, quarters …, so that what finds room is spread evenly.
    Checkpoints on one of the ``named`` points have a name there already.
    """
    finite = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
    pixels = np.where(finite[:, None], points, np.nan)
    taken = list(obstacles)
    inner = bounds.adjusted(3, 3, -3, -3)
    labels = []
    for k in bisecting_order(len(overlay.labels)):
        if k >= len(pixels) or not finite[k] or not overlay.labels[k]:
            continue
        point = QPointF(*pixels[k])
        if any((point - n).manhattanLength() < 8 for n in named) or not bounds.contains(point):
            continue
        text = overlay.labels[k]
        rect = place_label(point, text_size(font, text), DISC_RADIUS + 5, inner, taken)
        if rect is not None:
            labels.append((text, rect))
            taken.append(rect.adjusted(-10, -3, 10, 3))
    return PlacedTrajectory(overlay, pixels, tuple(labels))


def trajectory_obstacles(points: FloatArray, spacing: float = 8.0) -> list[QRectF]:
    """Small squares along the line and around the discs, so that labels keep off them."""
    seen = [QPointF(x, y) for x, y in points if np.isfinite(x + y)]
    squares = [around(p, DISC_RADIUS + 1) for p in seen]
    for a, b in pairwise(seen):
        count = int(min(np.hypot(b.x() - a.x(), b.y() - a.y()) / spacing, 400))
        squares += [around(a + (b - a) * ((k + 1) / (count + 1)), 2.5) for k in range(count)]
    return squares


def draw_trajectory(
    painter: QPainter, placed: PlacedTrajectory, font: QFont, theme: Theme, ends: bool
) -> None:
    """Draw line, discs and labels.

    A disc is filled the less, the farther its checkpoint is off the plane. With ``ends`` the first
    and the last disc are the start and the end marker.
    """
    finite = np.isfinite(placed.points).all(axis=1)
    line = QPolygonF([QPointF(x, y) for x, y in placed.points[finite]])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((theme.halo, 5.0), (theme.trajectory, 2.0)):
        pen = QPen(QColor(color), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline(line)
    last = len(placed.points) - 1
    for k in np.flatnonzero(finite):
        if ends and k in (0, last):
            kind = "start" if k == 0 else "end"
            draw_marker(painter, QPointF(*placed.points[k]), kind, theme)
            continue
        off = placed.overlay.off_plane[k] if k < len(placed.overlay.off_plane) else 0.0
        color, halo = QColor(theme.trajectory), QColor(theme.halo)
        draw_disc(painter, QPointF(*placed.points[k]), DISC_RADIUS, color, halo, off)
    for text, rect in placed.labels:
        draw_halo_text(painter, rect, text, font, QColor(theme.text), QColor(theme.halo), 2.2)


def draw_disc(
    painter: QPainter, at: QPointF, radius: float, color: QColor, halo: QColor, off_plane: float
) -> None:
    """A ring whose inner part is filled in proportion to how much of the checkpoint is in plane."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawEllipse(at, radius + 1.8, radius + 1.8)
    painter.setBrush(color)
    painter.drawEllipse(at, radius, radius)
    off = float(np.clip(off_plane, 0.0, 1.0)) if np.isfinite(off_plane) else 0.0
    hole = (radius - 1.3) * off
    if hole > 0.6:
        painter.setBrush(halo)
        painter.drawEllipse(at, hole, hole)
