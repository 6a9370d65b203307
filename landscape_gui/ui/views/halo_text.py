"""Text that stays legible on any part of a colour map."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

_AROUND = [(math.cos(k * math.pi / 8), math.sin(k * math.pi / 8)) for k in range(16)]


def scaled_font(font: QFont, factor: float, bold: bool = False) -> QFont:
    """A copy of a font, scaled; never smaller than seven points."""
    scaled = QFont(font)
    if font.pointSizeF() > 0:
        scaled.setPointSizeF(max(7.0, font.pointSizeF() * factor))
    else:
        scaled.setPixelSize(max(9, round(font.pixelSize() * factor)))
    scaled.setBold(bold)
    return scaled


def text_size(font: QFont, text: str) -> tuple[float, float]:
    """Width and height in pixels of one line of text."""
    metrics = QFontMetricsF(font)
    return metrics.horizontalAdvance(text), metrics.height()


def draw_halo_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    color: QColor,
    halo: QColor,
    width: float = 3.0,
) -> None:
    """Draw one line of text, left-aligned in ``rect``, with an outline of ``width`` pixels.

    The halo, opaque, is the text itself drawn around its place: the outlines that Qt gives of a
    font's first text differ from those of the later ones, so that pictures would not repeat.
    """
    baseline = QPointF(rect.left(), rect.top() + QFontMetricsF(font).ascent())
    painter.setFont(font)
    painter.setPen(halo)
    for dx, dy in _AROUND:
        painter.drawText(baseline + QPointF(width * dx, width * dy), text)
        painter.drawText(baseline + QPointF(width * dx / 2, width * dy / 2), text)
    painter.setPen(color)
    painter.drawText(baseline, text)


def draw_chip(painter: QPainter, rect: QRectF, fill: QColor, border: QColor) -> None:
    """A small rounded panel that lifts text off what is under it."""
    painter.setPen(QPen(border, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)


def with_alpha(color: str | QColor, alpha: float) -> QColor:
    """A colour with its opacity set, 0 to 1."""
    result = QColor(color)
    result.setAlphaF(alpha)
    return result
