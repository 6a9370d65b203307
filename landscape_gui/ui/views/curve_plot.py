"""The picture of the curve view: lines, dots, vertical marks, legend and cross-hair."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.color_maps import line_color
from landscape_gui.ui.scene import BoolArray, FloatArray
from landscape_gui.ui.views.arrays_to_qt import connected_path, polygon
from landscape_gui.ui.views.axis_painter import paint_grid
from landscape_gui.ui.views.halo_text import scaled_font, text_size, with_alpha
from landscape_gui.ui.views.legend_chip import (
    LegendRow,
    draw_legend,
    fitting_rows,
    legend_rect,
    row_at,
)
from landscape_gui.ui.views.plot_frame import PlotFrame
from landscape_gui.ui.views.plot_range import PlotRange

_LINE_WIDTH = 2.0
_FAINT = 0.35
_DASHES = [3.5, 2.5]
_SWATCH_WIDTH = 26.0
_DOT_RADIUS = 2.6
_BAND = 0.16
# With fewer points than this, where they lie is worth a dot each.
_DENSE = 32


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
    error
        float64[n]: standard error of y, NaN where not known; None if never.
    key
        What tells it from others of the same label; empty: the label does.
    start
        x of its start point, marked on the line; None where nothing is to be marked.
    """

    label: str
    x: FloatArray
    y: FloatArray
    measured: BoolArray
    dashed: bool
    color_index: int
    error: FloatArray | None = None
    key: str = ""
    start: float | None = None

    @property
    def identity(self) -> str:
        """Key or label."""
        return self.key or self.label


class CurvePlot(PlotFrame):
    """Paints curves; ``CurveView`` decides what is shown and reads it out.

    Signals
    -------
    toggled
        Identity of a line whose row in the legend was clicked.
    """

    toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[CurveLine, ...] = ()
        self.marks: tuple[tuple[float, str], ...] = ()
        self.hidden: frozenset[str] = frozenset()
        self.show_bands = True
        self.cross_hair: float | None = None
        self.empty_text = ""
        self._legend: tuple[QRectF, tuple[CurveLine, ...]] | None = None

    def color(self, line: CurveLine) -> QColor:
        """The line's colour on this theme."""
        return QColor(line_color(line.color_index, QColor(self.theme.canvas).lightnessF() < 0.5))

    @property
    def shown_lines(self) -> tuple[CurveLine, ...]:
        """The lines that are not hidden."""
        return tuple(line for line in self.lines if line.identity not in self.hidden)

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
        parts = [self.drawable(line) for line in self.shown_lines or self.lines]
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
        if self.show_bands:
            for line in self.shown_lines:
                self._paint_band(painter, line)
        for line in self.shown_lines:
            x, y, measured = self.drawable(line)
            pixels = self.to_pixels(x, y)
            self._paint_line(painter, line, pixels, measured)
            self._paint_start(painter, line)
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
        if bool(measured.all()) and len(pixels) >= _DENSE:
            return
        painter.setPen(QPen(QColor(self.theme.canvas), 1))
        painter.setBrush(color)
        for x, y in pixels[measured]:
            painter.drawEllipse(QPointF(x, y), _DOT_RADIUS + 0.5, _DOT_RADIUS + 0.5)

    def _paint_band(self, painter: QPainter, line: CurveLine) -> None:
        """One standard error up and down."""
        if line.error is None:
            return
        good = np.isfinite(line.x) & np.isfinite(line.y) & np.isfinite(line.error)
        if self.log_y:
            good &= line.y > 0
        if good.sum() < 2:
            return
        x, y, error = line.x[good], line.y[good], line.error[good]
        low, high = y - error, y + error
        if self.log_y:
            # A band that reaches 0 goes down and out of the picture.
            low = np.log10(np.maximum(low, 1e-6 * y))
            high = np.log10(high)
        outline = np.concatenate([self.to_pixels(x, high), self.to_pixels(x, low)[::-1]])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(self.color(line), _BAND))
        painter.drawPolygon(polygon(outline[:, 0], outline[:, 1]))

    def _paint_start(self, painter: QPainter, line: CurveLine) -> None:
        x, y, _ = self.drawable(line)
        if line.start is None or x.size < 2 or not x[0] <= line.start <= x[-1]:
            return
        at = self.to_pixels(np.array([line.start]), np.array([np.interp(line.start, x, y)]))[0]
        painter.setPen(QPen(self.color(line), 1.8))
        painter.setBrush(QColor(self.theme.canvas))
        corners = [(0.0, -5.5), (5.5, 0.0), (0.0, 5.5), (-5.5, 0.0)]
        painter.drawPolygon(QPolygonF([QPointF(at[0] + dx, at[1] + dy) for dx, dy in corners]))

    def _paint_legend(self, painter: QPainter, rect: QRectF, obstacles: list[QRectF]) -> None:
        font = scaled_font(self.font(), 0.9)
        notes = self._notes()
        fitting = fitting_rows(len(self.lines) + len(notes), font, rect) - len(notes)
        listed = self.lines[-fitting:] if 0 < fitting < len(self.lines) else self.lines
        rows = [
            LegendRow(line.label, self._swatch(line), faint=line.identity in self.hidden)
            for line in listed
        ]
        if len(listed) < len(self.lines):
            rows.append(LegendRow(f"and {len(self.lines) - len(listed)} more", _no_swatch))
        rows += notes
        place = legend_rect(rows, font, _SWATCH_WIDTH, rect, obstacles)
        self._legend = None
        if place is not None:
            draw_legend(painter, place, rows, font, _SWATCH_WIDTH, self.theme)
            self._legend = place, listed

    def _notes(self) -> list[LegendRow]:
        """Rows that stand for no line."""
        notes: list[LegendRow] = []
        if any(line.start is not None for line in self.shown_lines):
            notes.append(LegendRow("start", self._start_swatch))
        if self.show_bands and any(line.error is not None for line in self.shown_lines):
            notes.append(LegendRow("± standard error", self._band_swatch))
        if any(not line.measured.all() for line in self.shown_lines):
            notes.append(LegendRow("dots are measured, faint lines filled in", _no_swatch))
        return notes

    def line_at(self, position: QPointF) -> CurveLine | None:
        """The line whose row in the legend is at a position in widget pixels."""
        if self._legend is None or not self.axes_visible:
            return None
        place, listed = self._legend
        row = row_at(place, len(listed), scaled_font(self.font(), 0.9), position)
        return None if row is None else listed[row]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self.line_at(event.position())
        if line is not None and event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit(line.identity)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons() and self.line_at(event.position()) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        line = self.line_at(event.position())
        if line is not None:
            self.toggled.emit(line.identity)  # as quick as one likes
            return
        super().mouseDoubleClickEvent(event)

    def _start_swatch(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.muted), 1.6))
        painter.setBrush(QColor(self.theme.canvas))
        at = rect.center()
        corners = [(0.0, -4.5), (4.5, 0.0), (0.0, 4.5), (-4.5, 0.0)]
        painter.drawPolygon(QPolygonF([QPointF(at.x() + dx, at.y() + dy) for dx, dy in corners]))

    def _band_swatch(self, painter: QPainter, rect: QRectF) -> None:
        box = QRectF(rect.left(), rect.center().y() - 4, rect.width(), 8)
        painter.fillRect(box, with_alpha(self.theme.muted, 0.35))

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
        for line in self.shown_lines:
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
