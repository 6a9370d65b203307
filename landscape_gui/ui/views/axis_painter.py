"""Axes around a plot: ticks, numbers and titles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from landscape_gui.ui.scene import FloatArray
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.views.ticks import linear_ticks, log_ticks, power_labels, tick_labels

# Pixels between neighbouring numbers.
_NUMBER_GAP = 22.0
_LEAST_GAP = 10.0


@dataclass(frozen=True, eq=False)
class AxisStyle:
    """Colours, fonts and sizes of the axes; ``log_y`` says that y is a decimal logarithm."""

    theme: Theme
    title_font: QFont
    tick_font: QFont
    tick_length: float
    log_y: bool


def tick_positions(
    low: float, high: float, count: int, logarithmic: bool
) -> tuple[FloatArray, list[str]]:
    """Where ticks stand along an axis, in plot coordinates, and their numbers.

    On a logarithmic axis, ``low`` and ``high`` are decimal logarithms.
    """
    if not logarithmic:
        ticks = linear_ticks(low, high, count)
        return ticks, tick_labels(ticks)
    if high > 300 or low < -300:
        return np.empty(0), []
    values = log_ticks(10.0**low, 10.0**high, count)
    return np.log10(values), power_labels(values)


def paint_axes(
    painter: QPainter,
    plot: QRectF,
    shown: PlotRange,
    titles: tuple[str, str],
    style: AxisStyle,
    widget: QRect,
) -> None:
    """Paint ticks and numbers outside the left and bottom edges of ``plot``, and the titles."""
    _paint_bottom(painter, plot, shown, style)
    _paint_left(painter, plot, shown, style)
    painter.setFont(style.title_font)
    painter.setPen(QColor(style.theme.text))
    metrics = QFontMetricsF(style.title_font)
    ticks_height = style.tick_length + 4 + QFontMetricsF(style.tick_font).height()
    room = min(2 * (plot.center().x() - 4), 2 * (widget.width() - plot.center().x() - 4))
    text = metrics.elidedText(titles[0], Qt.TextElideMode.ElideRight, room)
    painter.drawText(
        QRectF(
            plot.center().x() - room / 2, plot.bottom() + ticks_height + 4, room, metrics.height()
        ),
        Qt.AlignmentFlag.AlignCenter,
        text,
    )
    painter.save()
    left = plot.left() - style.tick_length - 6 - _numbers_width(shown, plot, style)
    painter.translate(max(10.0, left - 8 - metrics.height()), plot.center().y())
    painter.rotate(-90)
    room = min(2 * (plot.center().y() - 2), 2 * (widget.height() - plot.center().y() - 2))
    text = metrics.elidedText(titles[1], Qt.TextElideMode.ElideRight, room)
    painter.drawText(
        QRectF(-room / 2, 0, room, metrics.height()), Qt.AlignmentFlag.AlignCenter, text
    )
    painter.restore()


def paint_grid(painter: QPainter, plot: QRectF, shown: PlotRange, style: AxisStyle) -> None:
    """Paint fine lines across the plot at the ticks."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(style.theme.grid), 1))
    for x, _ in _bottom_ticks(shown, plot, style):
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    for y, _ in _left_ticks(shown, plot, style):
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    painter.restore()


def _bottom_ticks(shown: PlotRange, plot: QRectF, style: AxisStyle) -> list[tuple[float, str]]:
    metrics = QFontMetricsF(style.tick_font)
    scale = plot.width() / shown.width
    ticks, labels = _fitting_ticks(shown, scale, metrics)
    return [
        (round(plot.left() + (t - shown.left) * scale), text)
        for t, text in zip(ticks, labels, strict=True)
    ]


def _fitting_ticks(
    shown: PlotRange, scale: float, metrics: QFontMetricsF
) -> tuple[FloatArray, list[str]]:
    """As many ticks as have room for their numbers; closer together before there is but one."""
    ticks, labels = np.empty(0), []
    for gap in (_NUMBER_GAP, _LEAST_GAP):
        for count in range(10, 1, -1):
            ticks, labels = tick_positions(shown.left, shown.right, count, logarithmic=False)
            if len(ticks) < 2:
                break
            widest = max(metrics.horizontalAdvance(text) for text in labels)
            if (ticks[1] - ticks[0]) * scale >= widest + gap:
                return ticks, labels
    return ticks, labels


def _left_ticks(shown: PlotRange, plot: QRectF, style: AxisStyle) -> list[tuple[float, str]]:
    metrics = QFontMetricsF(style.tick_font)
    count = int(np.clip(plot.height() / (2.6 * metrics.height()), 2, 10))
    ticks, labels = tick_positions(shown.bottom, shown.top, count, style.log_y)
    scale = plot.height() / shown.height
    return [
        (round(plot.bottom() - (t - shown.bottom) * scale), text)
        for t, text in zip(ticks, labels, strict=True)
    ]


def _numbers_width(shown: PlotRange, plot: QRectF, style: AxisStyle) -> float:
    metrics = QFontMetricsF(style.tick_font)
    widths = (metrics.horizontalAdvance(text) for _, text in _left_ticks(shown, plot, style))
    return max(widths, default=0.0)


def _paint_bottom(painter: QPainter, plot: QRectF, shown: PlotRange, style: AxisStyle) -> None:
    metrics = QFontMetricsF(style.tick_font)
    painter.setFont(style.tick_font)
    for x, text in _bottom_ticks(shown, plot, style):
        painter.setPen(QPen(QColor(style.theme.border), 1))
        painter.drawLine(
            QPointF(x + 0.5, plot.bottom() + 1), QPointF(x + 0.5, plot.bottom() + style.tick_length)
        )
        painter.setPen(QColor(style.theme.muted))
        # A minus sign in front should not push the digits off their tick.
        width = metrics.horizontalAdvance(text)
        shift = metrics.horizontalAdvance(text[0]) / 2 if text.startswith("−") else 0.0
        painter.drawText(
            QPointF(
                x - width / 2 - shift, plot.bottom() + style.tick_length + 4 + metrics.ascent()
            ),
            text,
        )


def _paint_left(painter: QPainter, plot: QRectF, shown: PlotRange, style: AxisStyle) -> None:
    metrics = QFontMetricsF(style.tick_font)
    painter.setFont(style.tick_font)
    for y, text in _left_ticks(shown, plot, style):
        painter.setPen(QPen(QColor(style.theme.border), 1))
        painter.drawLine(
            QPointF(plot.left() - style.tick_length, y + 0.5), QPointF(plot.left() - 1, y + 0.5)
        )
        painter.setPen(QColor(style.theme.muted))
        painter.drawText(
            QPointF(
                plot.left() - style.tick_length - 6 - metrics.horizontalAdvance(text),
                y + metrics.capHeight() / 2,
            ),
            text,
        )
