"""Start, end and rolled-back points with their labels; what the surface hides is drawn faded."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from landscape_gui.ui.scene import Marker, MarkerKind
from landscape_gui.ui.surface3d.frame import FloatArray, Frame, faded
from landscape_gui.ui.surface3d.labels import LabelSpace, centered, draw_text, text_size
from landscape_gui.ui.surface3d.trajectory_painter import (
    HIDDEN_OPACITY,
    LiftMode,
    lifted_points,
    paint_drop_lines,
)
from landscape_gui.ui.theme import Theme

_MARKER = 6.5
_DIAMOND = 8.0
_STAR = 9.5


def marker_points(frame: Frame, markers: Sequence[Marker], lift: LiftMode) -> FloatArray:
    """Box coordinates float64[k, 3] of markers, NaN where there is no surface under them."""
    alpha = np.array([m.alpha for m in markers], dtype=np.float64)
    beta = np.array([m.beta for m in markers], dtype=np.float64)
    value = np.array([m.value for m in markers], dtype=np.float64)
    points = lifted_points(frame, alpha, beta, value, lift)
    points[~frame.over_lattice(alpha, beta)] = np.nan
    return points


def paint_markers(
    painter: QPainter,
    frame: Frame,
    markers: Sequence[Marker],
    lift: LiftMode,
    space: LabelSpace,
) -> None:
    """Diamonds, discs and stars with halo, then their labels with leaders."""
    if not markers:
        return
    points = marker_points(frame, markers, lift)
    kept = [k for k in range(len(markers)) if np.isfinite(points[k]).all()]
    visible = dict(zip(kept, frame.visible(points[kept]), strict=True))
    pixels = {k: QPointF(*frame.projection.project(points[k])) for k in kept}
    if lift == "measured":
        feet = points[kept].copy()
        feet[:, 2] = frame.field.sample(feet[:, 0], feet[:, 1])
        paint_drop_lines(painter, frame, points[kept], feet)
    # The disc of the fine-tuned model goes over a star at the same place, not under it.
    for k in sorted(kept, key=lambda k: markers[k].kind != "rolled_back"):
        paint_symbol(
            painter, pixels[k], markers[k].kind, frame.theme, 1.0 if visible[k] else HIDDEN_OPACITY
        )
        space.taken.append(centered(pixels[k], QSizeF(2 * _STAR, 2 * _STAR)))

    painter.setFont(frame.font)
    for k in kept:
        if not markers[k].label:
            continue
        size = text_size(markers[k].label, frame.font)
        size = QSizeF(size.width() + 12, size.height() + 4)
        rect = space.place_near(pixels[k], size)
        if rect is not None:
            _paint_callout(painter, frame, markers[k], pixels[k], rect, bool(visible[k]))


def paint_symbol(
    painter: QPainter, at: QPointF, kind: MarkerKind, theme: Theme, opacity: float
) -> None:
    """Diamond for the start, disc for end and moving point, star for a rolled-back model."""
    color = faded(getattr(theme, kind), opacity)
    halo = faded(theme.halo, opacity)
    painter.setPen(Qt.PenStyle.NoPen)
    if kind == "rolled_back":
        pen = QPen(halo, 4.0)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(color)
        painter.drawPolygon(star(at, _STAR))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(star(at, _STAR))
        return
    if kind == "start":
        for radius, brush in ((_DIAMOND + 3.0, halo), (_DIAMOND, color)):
            painter.setBrush(brush)
            painter.drawPolygon(diamond(at, radius))
        return
    painter.setBrush(halo)
    painter.drawEllipse(at, _MARKER + 2.0, _MARKER + 2.0)
    painter.setBrush(color)
    painter.drawEllipse(at, _MARKER, _MARKER)


def diamond(at: QPointF, radius: float) -> QPolygonF:
    """Square standing on a corner."""
    return QPolygonF(
        [at + QPointF(x * radius, y * radius) for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]
    )


def star(at: QPointF, radius: float) -> QPolygonF:
    """Five-pointed star standing on two points."""
    return QPolygonF(
        [
            QPointF(
                at.x() + radius * (1.0 if k % 2 == 0 else 0.44) * math.sin(math.pi * k / 5),
                at.y() - radius * (1.0 if k % 2 == 0 else 0.44) * math.cos(math.pi * k / 5),
            )
            for k in range(10)
        ]
    )


def _paint_callout(
    painter: QPainter, frame: Frame, marker: Marker, at: QPointF, rect: QRectF, seen: bool
) -> None:
    theme = frame.theme
    opacity = 1.0 if seen else 0.6
    near = QPointF(
        min(max(at.x(), rect.left() + 4), rect.right() - 4),
        min(max(at.y(), rect.top() + 4), rect.bottom() - 4),
    )
    gap = QPointF(near.x() - at.x(), near.y() - at.y())
    length = math.hypot(gap.x(), gap.y())
    if length > _MARKER + 4:
        share = (_MARKER + 3) / length
        start = QPointF(at.x() + gap.x() * share, at.y() + gap.y() * share)
        for color, width in ((faded(theme.halo, 0.8), 3.0), (faded(theme.text, opacity), 1.0)):
            painter.setPen(QPen(color, width))
            painter.drawLine(start, near)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(theme.canvas, 0.86 * opacity))
    painter.drawRoundedRect(rect, 4, 4)
    draw_text(painter, rect, marker.label, faded(theme.text, opacity))
