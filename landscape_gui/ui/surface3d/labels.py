"""Texts on the picture: where there is room for them, and how they stay legible."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

_ANGLES = (-55, -125, -20, -160, -90, 35, 145, 90)
_DISTANCES = (20.0, 34.0, 52.0, 74.0)


@dataclass
class LabelSpace:
    """Keeps count of the room that labels have taken."""

    bounds: QRectF
    taken: list[QRectF] = field(default_factory=list)

    def is_free(self, rect: QRectF) -> bool:
        """Whether a rectangle is inside the picture and touches nothing placed so far."""
        return self.bounds.contains(rect) and not any(rect.intersects(r) for r in self.taken)

    def claim(self, rect: QRectF) -> bool:
        """Take the rectangle if it is free."""
        if not self.is_free(rect):
            return False
        self.taken.append(rect)
        return True

    def place_near(
        self, anchor: QPointF, size: QSizeF, distances: tuple[float, ...] = _DISTANCES
    ) -> QRectF | None:
        """Take the first free place around an anchor, above right first; None if all are taken."""
        for distance in distances:
            for angle in _ANGLES:
                across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
                center = QPointF(
                    anchor.x() + across * (distance + size.width() / 2),
                    anchor.y() + down * (distance + size.height() / 2),
                )
                rect = centered(center, size)
                if self.claim(rect):
                    return rect
        return None


def centered(center: QPointF, size: QSizeF) -> QRectF:
    """Rectangle of a size around a point."""
    return QRectF(
        center.x() - size.width() / 2, center.y() - size.height() / 2, size.width(), size.height()
    )


def text_size(text: str, font: QFont) -> QSizeF:
    """Room that one line of text takes."""
    metrics = QFontMetricsF(font)
    return QSizeF(metrics.horizontalAdvance(text), metrics.ascent() + metrics.descent())


def draw_text(painter: QPainter, rect: QRectF, text: str, color: QColor) -> None:
    """Text in the middle of a rectangle, with the painter's font."""
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


def lift_off(painter: QPainter, rect: QRectF, canvas: str) -> None:
    """Lift a text that is to be drawn off a surface behind it; on the bare canvas, unseen."""
    color = QColor(canvas)
    color.setAlphaF(0.78)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(rect.adjusted(-3, -1, 3, 1), 4, 4)


def draw_outlined_text(
    painter: QPainter, rect: QRectF, text: str, color: QColor, halo: QColor
) -> None:
    """Text that stays legible on any colour: a soft outline behind it."""
    font = painter.font()
    metrics = QFontMetricsF(font)
    baseline = QPointF(
        rect.center().x() - metrics.horizontalAdvance(text) / 2,
        rect.center().y() + (metrics.ascent() - metrics.descent()) / 2,
    )
    path = QPainterPath()
    path.addText(baseline, font, text)
    pen = QPen(halo, 3.0)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.setPen(color)
    painter.drawText(baseline, text)
