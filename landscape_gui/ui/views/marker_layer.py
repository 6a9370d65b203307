"""Start, end and rolled-back points: their shapes and their labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from landscape_gui.ui.scene import Marker, MarkerKind
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.halo_text import draw_chip, text_size, with_alpha
from landscape_gui.ui.views.label_layout import place_label
from landscape_gui.ui.views.ticks import format_value

RADIUS = 6.5
# How far a label's chip reaches beyond its text.
_CHIP = 5.0


def marker_shape(kind: MarkerKind) -> QPainterPath:
    """Outline around (0, 0): a diamond for the start, a disc for the end, a star for rolled back.

    Disc and star are those of Hao et al. 2019, Fig. 7.
    """
    path = QPainterPath()
    if kind in ("end", "now"):
        path.addEllipse(QPointF(0, 0), RADIUS, RADIUS)
    elif kind == "start":
        r = 1.2 * RADIUS
        path.addPolygon(QPolygonF([QPointF(0, -r), QPointF(r, 0), QPointF(0, r), QPointF(-r, 0)]))
        path.closeSubpath()
    else:
        points = []
        for k in range(10):
            r = RADIUS * (1.5 if k % 2 == 0 else 0.66)
            angle = math.pi * (k / 5 - 0.5)
            points.append(QPointF(r * math.cos(angle), r * math.sin(angle)))
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    return path


def marker_color(kind: MarkerKind, theme: Theme) -> QColor:
    return QColor(getattr(theme, kind))


def draw_marker(painter: QPainter, at: QPointF, kind: MarkerKind, theme: Theme) -> None:
    """Draw a marker with its halo."""
    shape = marker_shape(kind).translated(at)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo = QPen(QColor(theme.halo), 5)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(halo)
    painter.drawPath(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(marker_color(kind, theme))
    painter.drawPath(shape)


@dataclass(frozen=True, eq=False)
class PlacedMarker:
    """A marker in pixels with the place of its label; ``rect`` is None where there is no room."""

    marker: Marker
    point: QPointF
    text: str
    rect: QRectF | None


def around(point: QPointF, radius: float) -> QRectF:
    """The square around a point, as an obstacle for labels."""
    return QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)


def place_markers(
    markers: Sequence[Marker],
    points: Sequence[QPointF],
    font: QFont,
    bounds: QRectF,
    taken: Sequence[QRectF] = (),
) -> list[PlacedMarker]:
    """Find places for the labels of the markers whose points lie in ``bounds``, off ``taken``.

    Where room is scarce a label gives up its value, then its distance from ``taken``, then from
    the other markers; labels never overlap.
    """
    seen = [(m, p) for m, p in zip(markers, points, strict=True) if bounds.contains(p)]
    labels = [around(p, RADIUS + 3) for _, p in seen]
    inner = bounds.adjusted(8, 4, -8, -4)
    placed = []
    for marker, point in seen:
        others = [p for _, p in seen if p != point]
        text, rect = "", None
        for near, obstacles, words in product(
            (False, True), ([*taken, *labels], labels), _wordings(marker)
        ):
            size = text_size(font, words)
            rect = place_label(
                point, size, RADIUS + 9, inner, obstacles, others=others, near_others=near
            )
            if rect is not None:
                text = words
                labels.append(rect.adjusted(-_CHIP, -1, _CHIP, 1))
                break
        placed.append(PlacedMarker(marker, point, text, rect))
    return placed


def _wordings(marker: Marker) -> tuple[str, ...]:
    """A marker's label, the longest first; none for a marker without a name."""
    if not marker.label:
        return ()
    if not math.isfinite(marker.value):
        return (marker.label,)
    return f"{marker.label}  {format_value(marker.value)}", marker.label


def draw_markers(
    painter: QPainter, placed: Sequence[PlacedMarker], font: QFont, theme: Theme
) -> None:
    """Draw the markers, then their labels above them."""
    for item in placed:
        draw_marker(painter, item.point, item.marker.kind, theme)
    for item in placed:
        if item.rect is not None:
            chip = item.rect.adjusted(-_CHIP, -1, _CHIP, 1)
            draw_chip(painter, chip, with_alpha(theme.canvas, 0.86), with_alpha(theme.border, 0.0))
            painter.setFont(font)
            painter.setPen(QColor(theme.text))
            painter.drawText(item.rect, Qt.AlignmentFlag.AlignCenter, item.text)
