"""The small panel in a free corner of a plot that says what its marks mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.halo_text import draw_chip, with_alpha
from landscape_gui.ui.views.label_layout import free_place

_PADDING_X = 9.0
_PADDING_Y = 6.0
_MARGIN = 10.0
_FAINT = 0.4
# A legend that takes more of the plot than this is none.
_MOST_HEIGHT = 0.6


@dataclass(frozen=True, eq=False)
class LegendRow:
    """One line: ``draw_swatch`` paints into a given rectangle, ``text`` stands to its right.

    ``faint``: what it stands for is not shown now.
    """

    text: str
    draw_swatch: Callable[[QPainter, QRectF], None]
    faint: bool = False


def legend_rect(
    rows: Sequence[LegendRow],
    font: QFont,
    swatch_width: float,
    bounds: QRectF,
    obstacles: Sequence[QRectF],
) -> QRectF | None:
    """Where the panel goes; ``None`` where there is nothing to say or no room."""
    if not rows:
        return None
    metrics = QFontMetricsF(font)
    widest = max(metrics.horizontalAdvance(row.text) for row in rows)
    room = bounds.width() - 2 * _MARGIN
    width = min(2 * _PADDING_X + swatch_width + 7 + widest, room)
    height = 2 * _PADDING_Y + len(rows) * _row_height(metrics)
    if room < swatch_width + 60 or height > _MOST_HEIGHT * bounds.height():
        return None
    rect = free_place((width, height), bounds, _MARGIN, obstacles)
    return QRectF(round(rect.x()), round(rect.y()), round(rect.width()), round(rect.height()))


def fitting_rows(count: int, font: QFont, bounds: QRectF) -> int:
    """How many of ``count`` rows have room; with fewer than all, one of them says how many not."""
    most = int((_MOST_HEIGHT * bounds.height() - 2 * _PADDING_Y) / _row_height(QFontMetricsF(font)))
    return count if count <= most else max(0, most - 1)


def row_at(rect: QRectF, count: int, font: QFont, position: QPointF) -> int | None:
    """Index of the row at a position of a panel with ``count`` rows."""
    if not rect.contains(position):
        return None
    row = int((position.y() - rect.top() - _PADDING_Y) // _row_height(QFontMetricsF(font)))
    return row if 0 <= row < count else None


def draw_legend(
    painter: QPainter,
    rect: QRectF,
    rows: Sequence[LegendRow],
    font: QFont,
    swatch_width: float,
    theme: Theme,
) -> None:
    """Paint the panel with its rows."""
    draw_chip(painter, rect, with_alpha(theme.canvas, 0.88), QColor(theme.border))
    metrics = QFontMetricsF(font)
    step = _row_height(metrics)
    room = rect.width() - 2 * _PADDING_X - swatch_width - 7
    for k, row in enumerate(rows):
        top = rect.top() + _PADDING_Y + k * step
        painter.save()
        painter.setOpacity(_FAINT if row.faint else 1.0)
        row.draw_swatch(painter, QRectF(rect.left() + _PADDING_X, top, swatch_width, step))
        painter.restore()
        painter.setFont(font)
        painter.setPen(with_alpha(theme.text, _FAINT if row.faint else 1.0))
        text = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room + 1)
        baseline = top + (step + metrics.capHeight()) / 2
        painter.drawText(QPointF(rect.left() + _PADDING_X + swatch_width + 7, baseline), text)


def _row_height(metrics: QFontMetricsF) -> float:
    return round(metrics.height() * 1.2)
