"""The picture of the curve view: lines, dots, vertical marks, legend and cross-hair."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.color_maps import line_color
from landscape_gui.ui.scene import BoolArray, FloatArray
from landscape_gui.ui.views.arrays_to_qt import connected_path
from landscape_gui.ui.views.axis_painter import paint_grid
from landscape_gui.ui.views.halo_text import scaled_font, text_size, with_alpha
from landscape_gui.ui.views.legend_chip import LegendRow, draw_legend, legend_rect
from landscape_gui.ui.views.plot_frame import PlotFrame
from landscape_gui.ui.views.plot_range import PlotRange

_LINE_WIDTH = 2.0
_FAINT = 0.35
_DASHES = [3.5, 2.5]
_SWATCH_WIDTH = 26.0
_DOT_RADIUS = 2.6


@dataclass(frozen=True, eq=False)
class CurveLine:
    """One curve.

    Attributes
    ----------
    label
        Its name in the legend and the read-out.
    x, y
        float64[n]; points that are not finite are left out.
    measured
        bool[n]: True where y is measured and not filled in.
    dashed
        Dashed for training from scratch, solid for fine-tuning (Hao et al. 2019, Fig. 5).
    color_index
        Which of the line colours.
    """

    label: str
    x: FloatArray
    y: FloatArray
    measured: BoolArray
    dashed: bool
    color_index: int


class CurvePlot(PlotFrame):
    """Paints curves; ``CurveView`` decides what is shown and reads it out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[CurveLine, ...] = ()
        self.marks: tuple[tuple[float, str], ...] = ()
        self.cross_hair: float | None = None
        self.empty_text = ""

    def color(self, line: CurveLine) -> QColor:
        """The line's colour on this theme."""
        return QColor(line_color(line.color_index, QColor(self.theme.canvas).lightnessF() < 0.5))

    def drawable(self, line: CurveLine) -> tuple[FloatArray, FloatArray, BoolArray]:
        """x, plotted y and measured of the points that can be drawn, y as logarithm if wanted."""
        y = np.asarray(line.y, dtype=np.float64)
        good = np.isfinite(line.x) & np.isfinite(y)
        if self.log_y:
            good &= y > 0
        kept = y[good]
        return line.x[good], np.log10(kept) if self.log_y else kept, line.measured[good]

    def whole(self) -> PlotRange | None:
        """Room around all curves; None while there is nothing to draw."""
        parts = [self.drawable(line) for line in self.lines]
        xs, ys = (np.concatenate([p[k] for p in parts] or [np.empty(0)]) for k in (0, 1))
        if xs.size == 0:
            return None
        left, right = _room(float(xs.min()), float(xs.max()), 0.015, 0.015)
        bottom, top = _room(float(ys.min()), float(ys.max()), 0.05, 0.08)
        return PlotRange(left, right, bottom, top)

    # Painting

    def paint_plot(self, painter: QPainter, rect: QRectF) -> None:
        if not self.axes_visible:
            painter.setPen(QColor(self.theme.muted))
            painter.setFont(self.font())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(rect, int(flags), self.empty_text)
            return
        paint_grid(painter, rect, self.shown, self.axis_style())
        obstacles = self._paint_marks(painter, rect)
        for line in self.lines:
            x, y, measured = self.drawable(line)
            pixels = self.to_pixels(x, y)
            self._paint_line(painter, line, pixels, measured)
            obstacles += _obstacles(pixels, rect)
        self._paint_legend(painter, rect, obstacles)

    def _paint_marks(self, painter: QPainter, rect: QRectF) -> list[QRectF]:
        font = scaled_font(self.font(), 0.9)
        metrics = QFontMetricsF(font)
        taken: list[QRectF] = []
        for value, text in self.marks:
            if not math.isfinite(value):
                continue
            x = float(self.to_pixels(np.array([value]), np.array([0.0]))[0, 0])
            if not rect.left() <= x <= rect.right():
                continue
            x = math.floor(x) + 0.5
            painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            width, height = text_size(font, text)
            left = x + 5 if x + 8 + width < rect.right() else x - 5 - width
            label = QRectF(left, rect.top() + 5, width, height)
            while any(label.intersects(o) for o in taken) and label.bottom() < rect.center().y():
                label.translate(0, height + 1)
            taken.append(label)
            painter.fillRect(label.adjusted(-2, 0, 2, 0), with_alpha(self.theme.canvas, 0.8))
            painter.setFont(font)
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QPointF(label.left(), label.top() + metrics.ascent()), text)
        return taken

    def _pen(self, line: CurveLine, color: QColor) -> QPen:
        pen = QPen(color, _LINE_WIDTH)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if line.dashed:
            pen.setDashPattern(_DASHES)
        return pen

    def _paint_line(
        self, painter: QPainter, line: CurveLine, pixels: FloatArray, measured: BoolArray
    ) -> None:
        color = self.color(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(pixels) > 1:
            sure = measured[:-1] & measured[1:]
            for connect, shade in ((sure, color), (~sure, with_alpha(color, _FAINT))):
                if connect.any():
                    painter.setPen(self._pen(line, shade))
                    painter.drawPath(connected_path(pixels, np.append(connect, False)))
        if bool(measured.all()) and len(pixels) > 1:
            return
        painter.setPen(QPen(QColor(self.theme.canvas), 1))
        painter.setBrush(color)
        for x, y in pixels[measured]:
            painter.drawEllipse(QPointF(x, y), _DOT_RADIUS + 0.5, _DOT_RADIUS + 0.5)

    def _paint_legend(self, painter: QPainter, rect: QRectF, obstacles: list[QRectF]) -> None:
        rows = [LegendRow(line.label, self._swatch(line)) for line in self.lines]
        if any(not line.measured.all() for line in self.lines):
            rows.append(LegendRow("dots are measured, faint lines filled in", _no_swatch))
        font = scaled_font(self.font(), 0.9)
        place = legend_rect(rows, font, _SWATCH_WIDTH, rect, obstacles)
        if place is not None:
            draw_legend(painter, place, rows, font, _SWATCH_WIDTH, self.theme)

    def _swatch(self, line: CurveLine) -> Callable[[QPainter, QRectF], None]:
        def draw(painter: QPainter, rect: QRectF) -> None:
            painter.setPen(self._pen(line, self.color(line)))
            y = rect.center().y()
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))

        return draw

    # What follows the pointer

    def paint_overlay(self, painter: QPainter, rect: QRectF) -> None:
        if self.cross_hair is None or not self.axes_visible:
            return
        x = float(self.to_pixels(np.array([self.cross_hair]), np.array([0.0]))[0, 0])
        if not rect.left() <= x <= rect.right():
            return
        painter.setPen(QPen(with_alpha(self.theme.text, 0.55), 1))
        at = math.floor(x) + 0.5
        painter.drawLine(QPointF(at, rect.top()), QPointF(at, rect.bottom()))
        for line in self.lines:
            xs, ys, measured = self.drawable(line)
            if xs.size == 0:
                continue
            k = int(np.abs(xs - self.cross_hair).argmin())
            px, py = self.to_pixels(xs[k : k + 1], ys[k : k + 1])[0]
            painter.setPen(QPen(self.color(line), 2))
            painter.setBrush(self.color(line) if measured[k] else QColor(self.theme.canvas))
            painter.drawEllipse(QPointF(px, py), 4.2, 4.2)


def _no_swatch(painter: QPainter, rect: QRectF) -> None:
    del painter, rect


def _room(low: float, high: float, below: float, above: float) -> tuple[float, float]:
    span = high - low
    if span <= 0:
        half = max(abs(low) * 0.1, 0.5)
        return low - half, high + half
    return low - below * span, high + above * span


def _obstacles(pixels: FloatArray, rect: QRectF) -> list[QRectF]:
    """Small squares along a line, for the legend to keep off; at most some two hundred."""
    if len(pixels) < 2:
        return []
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))))
    places = np.linspace(0.0, along[-1], int(np.clip(along[-1] / 8, 2, 200)))
    xs, ys = (np.interp(places, along, pixels[:, k]) for k in (0, 1))
    return [
        QRectF(x - 4, y - 4, 8, 8)
        for x, y in zip(xs, ys, strict=True)
        if rect.contains(QPointF(x, y))
    ]
