"""The lines under a plot that say what its marks mean; nothing of the picture is covered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.legend_chip import LegendRow

_SWATCH_GAP = 6.0
_ITEM_GAP = 18.0
_TOP = 6.0


def strip_lines(
    rows: Sequence[LegendRow], font: QFont, swatch_width: float, width: float
) -> list[list[tuple[float, LegendRow]]]:
    """Lines of (offset from the left, row), broken where ``width`` pixels are full."""
    metrics = QFontMetricsF(font)
    lines: list[list[tuple[float, LegendRow]]] = []
    x = 0.0
    for row in rows:
        size = swatch_width + _SWATCH_GAP + metrics.horizontalAdvance(row.text)
        if not lines or x + size > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, row))
        x += size + _ITEM_GAP
    return lines


def strip_height(
    rows: Sequence[LegendRow], font: QFont, swatch_width: float, width: float
) -> float:
    """Height in pixels that the lines take; 0 where there is nothing to say."""
    lines = strip_lines(rows, font, swatch_width, width)
    return _TOP + len(lines) * _line_height(font) if lines else 0.0


def strip_width(rows: Sequence[LegendRow], font: QFont, swatch_width: float, width: float) -> float:
    """Width in pixels of the widest line, at most ``width``."""
    metrics = QFontMetricsF(font)
    lines = strip_lines(rows, font, swatch_width, width)
    ends = (
        x + swatch_width + _SWATCH_GAP + metrics.horizontalAdvance(row.text) + 1
        for x, row in (line[-1] for line in lines)
    )
    return min(width, max(ends, default=0.0))


def draw_strip(
    painter: QPainter,
    rect: QRectF,
    rows: Sequence[LegendRow],
    font: QFont,
    swatch_width: float,
    theme: Theme,
) -> None:
    """Paint the lines into a rectangle, from its top left corner on."""
    metrics = QFontMetricsF(font)
    step = _line_height(font)
    for k, line in enumerate(strip_lines(rows, font, swatch_width, rect.width())):
        top = rect.top() + _TOP + k * step
        for x, row in line:
            left = rect.left() + x
            painter.save()
            row.draw_swatch(painter, QRectF(left, top, swatch_width, step))
            painter.restore()
            left += swatch_width + _SWATCH_GAP
            room = rect.right() - left + 1
            text = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room)
            painter.setFont(font)
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(left, top + (step + metrics.capHeight()) / 2), text)


def _line_height(font: QFont) -> float:
    return float(round(QFontMetricsF(font).height() * 1.25))
