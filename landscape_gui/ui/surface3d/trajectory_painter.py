"""Trajectory and cross-hair over the surface; what it hides is drawn faded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from landscape_gui.ui.scene import TrajectoryOverlay
from landscape_gui.ui.surface3d.frame import BoolArray, FloatArray, Frame, faded
from landscape_gui.ui.surface3d.labels import (
    LabelSpace,
    centered,
    draw_outlined_text,
    lift_off,
    text_size,
)

LiftMode: TypeAlias = Literal["surface", "measured"]

HIDDEN_OPACITY = 0.40

_PIECES = 14
_CAPTION_WIDTH = 300.0
_DISC = 3.4
# A drop line shorter than this (box units) says nothing.
_SHORTEST_DROP = 0.015


def paint_trajectory(
    painter: QPainter, frame: Frame, overlay: TrajectoryOverlay, lift: LiftMode
) -> None:
    """Polyline with a disc per checkpoint."""
    alpha, beta, own = overlay.alpha, overlay.beta, overlay.value
    if len(alpha) == 0:
        return
    points = lifted_points(frame, alpha, beta, own, lift)
    inside = frame.over_lattice(alpha, beta)
    if lift == "measured":
        paint_drop_lines(painter, frame, points[inside], frame.on_surface(alpha, beta)[inside])
    way, over = _subdivide(frame, alpha, beta, points, lift)
    _paint_way(painter, frame, way, over, frame.theme.trajectory, 1.8)

    visible = frame.visible(points)
    for (x, y), seen, shown in zip(frame.projection.project(points), visible, inside, strict=True):
        if shown:
            opacity = 1.0 if seen else HIDDEN_OPACITY
            painter.setPen(QPen(faded(frame.theme.halo, opacity), 1.2))
            painter.setBrush(faded(frame.theme.trajectory, opacity))
            painter.drawEllipse(QPointF(x, y), _DISC, _DISC)


def paint_trajectory_labels(
    painter: QPainter, frame: Frame, overlay: TrajectoryOverlay, lift: LiftMode, space: LabelSpace
) -> None:
    """A text beside as many checkpoints as there is room for, ends first, then ever finer."""
    if len(overlay.alpha) == 0:
        return
    points = lifted_points(frame, overlay.alpha, overlay.beta, overlay.value, lift)
    inside = frame.over_lattice(overlay.alpha, overlay.beta)
    visible = frame.visible(points)
    pixels = frame.projection.project(points)
    font = QFont(frame.font)
    font.setPointSizeF(font.pointSizeF() * 0.92)
    painter.setFont(font)
    # Labels keep off the discs themselves.
    space.taken.extend(
        centered(QPointF(x, y), QSizeF(2 * _DISC, 2 * _DISC)) for x, y in pixels[inside]
    )
    for index in _coarse_to_fine(len(points)):
        text = overlay.labels[index] if index < len(overlay.labels) else ""
        if not (text and inside[index]):
            continue
        rect = space.place_near(QPointF(*pixels[index]), text_size(text, font), (5.0, 9.0))
        if rect is not None:
            opacity = 1.0 if visible[index] else 0.55
            draw_outlined_text(
                painter,
                rect,
                text,
                faded(frame.theme.trajectory, opacity),
                faded(frame.theme.halo, 0.85 * opacity),
            )


def paint_caption(
    painter: QPainter, frame: Frame, overlay: TrajectoryOverlay, lift: LiftMode, space: LabelSpace
) -> None:
    """Which projection is drawn and why it is not the surface, in the first free corner."""
    lines = [line for line in (overlay.caption, why_apart(overlay, lift)) if line]
    if not lines:
        return
    font = QFont(frame.font)
    font.setPointSizeF(font.pointSizeF() * 0.92)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    bounds = space.bounds.adjusted(7, 5, -7, -5)
    flags = Qt.TextFlag.TextWordWrap
    # In a small view the explanation would cover more than it explains.
    roomy = bounds.width() >= 1.4 * _CAPTION_WIDTH and bounds.height() >= _CAPTION_WIDTH
    for text in ("\n".join(lines), lines[0]) if roomy else lines[:1]:
        room = QRectF(0, 0, min(_CAPTION_WIDTH, bounds.width()), bounds.height())
        size = metrics.boundingRect(room, flags, text).size() + QSizeF(1, 1)
        left, right = bounds.left(), bounds.right() - size.width()
        top, bottom = bounds.top(), bounds.bottom() - size.height()
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
            rect = QRectF(QPointF(x, y), size)
            if space.claim(rect):
                lift_off(painter, rect, frame.theme.canvas)
                painter.setPen(QColor(frame.theme.muted))
                painter.drawText(rect, flags, text)
                return


def why_apart(overlay: TrajectoryOverlay, lift: LiftMode) -> str:
    """Why a checkpoint's own value is not the height of the surface under it."""
    known = overlay.off_plane[np.isfinite(overlay.off_plane)]
    farthest = float(known.max()) if len(known) else 0.0
    if farthest < 0.005:
        return ""
    if lift == "measured":
        return (
            "Each checkpoint stands at its own measured value. The surface under it is another "
            f"model’s: checkpoints lie off this plane, by up to {farthest:.0%} of their way."
        )
    return (
        "Laid onto the surface, as in the paper. The checkpoints themselves lie off this plane, "
        f"by up to {farthest:.0%} of their way."
    )


def paint_cursor(painter: QPainter, frame: Frame, alpha: float, beta: float) -> None:
    """Cross-hair laid over the surface, with a ring where its lines meet."""
    if not bool(frame.over_lattice(alpha, beta)):
        return
    along = np.linspace(*frame.box.alpha, 160)
    across = np.linspace(*frame.box.beta, 160)
    for a, b in ((along, np.full_like(along, beta)), (np.full_like(across, alpha), across)):
        way = frame.on_surface(a, b)
        _paint_way(painter, frame, way, np.ones(len(way), dtype=np.bool_), frame.theme.text, 1.0)
    point = frame.on_surface(alpha, beta)
    opacity = 1.0 if frame.visible(point)[0] else HIDDEN_OPACITY
    at = QPointF(*frame.projection.project(point)[0])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((frame.theme.halo, 4.0), (frame.theme.text, 1.6)):
        painter.setPen(QPen(faded(color, opacity), width))
        painter.drawEllipse(at, 5.0, 5.0)


def lifted_points(
    frame: Frame, alpha: FloatArray, beta: FloatArray, own: FloatArray, lift: LiftMode
) -> FloatArray:
    if lift == "measured":
        return frame.lifted(alpha, beta, own)
    return frame.on_surface(alpha, beta)


def paint_drop_lines(painter: QPainter, frame: Frame, points: FloatArray, feet: FloatArray) -> None:
    pen = QPen(faded(frame.theme.text, 0.55), 1.0)
    for top, foot in zip(points, feet, strict=True):
        if abs(top[2] - foot[2]) < _SHORTEST_DROP:
            continue
        a, b = frame.projection.project(np.stack([top, foot]))
        painter.setPen(pen)
        painter.drawLine(QPointF(*a), QPointF(*b))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(frame.theme.text, 0.55))
        painter.drawEllipse(QPointF(*b), 1.6, 1.6)


def _subdivide(
    frame: Frame, alpha: FloatArray, beta: FloatArray, points: FloatArray, lift: LiftMode
) -> tuple[FloatArray, BoolArray]:
    knots = np.arange(len(alpha), dtype=np.float64)
    fine = np.linspace(0, len(alpha) - 1, (len(alpha) - 1) * _PIECES + 1)
    a, b = np.interp(fine, knots, alpha), np.interp(fine, knots, beta)
    way = frame.on_surface(a, b)
    if lift == "measured":
        way[:, 2] = np.interp(fine, knots, points[:, 2])
    return way, frame.over_lattice(a, b)


def _paint_way(
    painter: QPainter,
    frame: Frame,
    way: FloatArray,
    drawn: BoolArray,
    color: str,
    width: float,
) -> None:
    pixels = frame.projection.project(way)
    visible = frame.visible(way)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    runs = list(_runs(visible, drawn))
    for halo in (True, False):
        for first, last, seen in runs:
            if halo and not seen:
                continue
            pen = QPen(
                faded(frame.theme.halo, 0.75)
                if halo
                else faded(color, 1.0 if seen else HIDDEN_OPACITY),
                width + 2.4 if halo else width,
            )
            pen.setCapStyle(Qt.PenCapStyle.FlatCap if halo else Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in pixels[first : last + 1]]))


def _runs(visible: BoolArray, drawn: BoolArray) -> Iterator[tuple[int, int, bool]]:
    """Stretches (first, last, visible) of at least two points; neighbours share a point."""
    first = 0
    for k in range(1, len(visible) + 1):
        ends = k == len(visible) or not drawn[k] or visible[k] != visible[first]
        if not (drawn[first] and ends):
            if not drawn[first]:
                first = k
            continue
        last = min(k, len(visible) - 1) if k < len(visible) and drawn[k] else k - 1
        if last > first:
            yield first, last, bool(visible[first])
        first = k


def _coarse_to_fine(count: int) -> list[int]:
    order = [count - 1, 0]
    step = 1 << max(count - 1, 1).bit_length()
    while step >= 1:
        order.extend(range(0, count, step))
        step //= 2
    return list(dict.fromkeys(order))
