"""The colour bar: which colour means which value, with limits that can be dragged."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from landscape_gui.ui import color_maps
from landscape_gui.ui.background import fill_background
from landscape_gui.ui.scene import Limits, ValueScale
from landscape_gui.ui.theme import LIGHT, Theme
from landscape_gui.ui.value_scale import place, stretched, unstretched
from landscape_gui.ui.views.contour_lines import contour_levels
from landscape_gui.ui.views.halo_text import scaled_font
from landscape_gui.ui.views.surface_image import band_table
from landscape_gui.ui.views.ticks import (
    format_value,
    linear_ticks,
    log_ticks,
    power_labels,
    tick_labels,
)

_BAR_LEFT = 12.0
_BAR_WIDTH = 16.0
_ARROW = 9.0
_MARGIN = 20.0
_GRAB_DISTANCE = 9.0
# The limits stay at least this part of what the bar spans apart.
_LEAST_SPAN = 0.01
# Of what the bar spans, what a key moves a limit by.
_KEY_STEP, _KEY_PAGE = 0.02, 0.1
# Rows of a banded bar are as fine as pixels are.
_BAND_STRIDE = 4


class ColorBar(QWidget):
    """A vertical bar from the lower to the upper limit.

    Drag an end to move that limit, or the middle to move both; double click to go back to limits
    from the data. While dragging the scale stays, so that the values do not run away under the
    pointer. An end with an arrow says that there are values beyond it. With the keyboard the arrow
    keys (and page up and down) move the upper limit, with Shift the lower, with Ctrl both; Home
    goes back to limits from the data.

    Signals
    -------
    limits_changed
        Limits, while the user drags or with every key.
    auto_requested
        The user asked for limits from the data.
    """

    limits_changed = Signal(object)
    auto_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._limits = Limits(0.0, 1.0)
        self._data: Limits | None = None
        self._scale: ValueScale = "linear"
        self._title = ""
        self._span: tuple[float, float] | None = None
        self._color_map = color_maps.COLOR_MAPS[0]
        self._banded = False
        self._gradient = _gradient(self._color_map)
        self._dragged: str = ""
        self._hovered: str = ""
        self._drag_start = QPointF()
        self._drag_limits = self._limits
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Colour bar")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Drag the ends to set the limits. Double click: limits from the data.")
        self.setAccessibleDescription(
            "Up and down move the upper limit, with Shift the lower, with Ctrl both. "
            "Home: limits from the data."
        )

    # State

    @property
    def limits(self) -> Limits:
        """The values at the two ends of the colour map."""
        return self._limits

    def set_limits(self, limits: Limits) -> None:
        """Show limits; emits nothing."""
        finite = math.isfinite(limits.low) and math.isfinite(limits.high)
        if finite and limits.low < limits.high and limits != self._limits:
            self._limits = limits
            self._refit()

    def set_data_range(self, low: float | Limits, high: float | None = None) -> None:
        """Tell the smallest and the largest value there is, as two numbers or as Limits."""
        if isinstance(low, Limits):
            low, high = low.low, low.high
        if high is None or not (math.isfinite(low) and math.isfinite(high)):
            return
        if Limits(low, high) != self._data:
            self._data = Limits(low, high)
            self.update()

    def set_scale(self, scale: ValueScale) -> None:
        """Space the values evenly, or as their logarithms; limits are then to be above 0."""
        if scale != self._scale:
            self._scale = scale
            self._refit()

    def set_color_map(self, name: str) -> None:
        """Choose one of ``color_maps.COLOR_MAPS``; KeyError for any other name."""
        color_maps.table(name)
        if name != self._color_map:
            self._color_map = name
            self._repaint_gradient()

    def set_banded(self, banded: bool) -> None:
        """Show one colour between two contour levels, as a map in bands does."""
        if banded != self._banded:
            self._banded = banded
            self._repaint_gradient()

    def _repaint_gradient(self) -> None:
        levels: tuple[float, ...] | None = None
        if self._banded:
            found, _ = contour_levels(self._limits, scale=self._scale)
            levels = tuple(place(found, self._limits, self._scale).tolist())
        self._gradient = _gradient(self._color_map, levels)
        self.update()

    def set_title(self, text: str) -> None:
        if text != self._title:
            self._title = text
            self.setAccessibleName(f"Colour bar: {text}" if text else "Colour bar")
            self._refit()

    def set_span(self, top: float, bottom: float) -> None:
        """Let the bar reach from ``top`` to ``bottom`` (widget pixels), e.g. along a plot's frame.

        The arrows for values beyond the limits then stand outside of it.
        """
        if (top, bottom) != self._span:
            self._span = (top, bottom)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def clipped(self) -> tuple[bool, bool]:
        """Whether there are values below the lower and above the upper limit."""
        if self._data is None:
            return (False, False)
        slack = 1e-9 * (self._limits.high - self._limits.low)
        return (
            self._data.low < self._limits.low - slack,
            self._data.high > self._limits.high + slack,
        )

    # Geometry

    def sizeHint(self) -> QSize:
        numbers = QFontMetricsF(self._tick_font())
        widest = max((numbers.horizontalAdvance(t) for _, t in self._ticks()), default=0.0)
        # In steps, so that the neighbours do not move with every digit.
        room = max(30.0, 10.0 * math.ceil(widest / 10.0))
        title = QFontMetricsF(self.font()).height() + 10 if self._title else 0.0
        return QSize(round(_BAR_LEFT + _BAR_WIDTH + 8 + room + title), 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 120)

    def bar_rect(self) -> QRectF:
        """Where the bar is, without its arrows, in widget pixels."""
        if self._span is not None:
            top, bottom = self._span
            return QRectF(_BAR_LEFT, top, _BAR_WIDTH, max(20.0, bottom - top))
        top = _MARGIN + _ARROW
        return QRectF(_BAR_LEFT, top, _BAR_WIDTH, max(20.0, self.height() - 2 * top))

    def y_of(self, value: float) -> float:
        """Height in widget pixels at which a value stands."""
        bar = self.bar_rect()
        return bar.bottom() - place(value, self._ends(), self._scale) * bar.height()

    def _ends(self) -> Limits:
        return self._drag_limits if self._dragged else self._limits

    def _tick_font(self) -> QFont:
        return scaled_font(self.font(), 0.92)

    def _ticks(self) -> list[tuple[float, str]]:
        ends, height = self._ends(), self.bar_rect().height()
        line = QFontMetricsF(self._tick_font()).height()
        count = int(min(10, max(2, height / (2.6 * line))))
        if self._scale == "log" and ends.low > 0:
            ticks = log_ticks(ends.low, ends.high, count)
            texts = power_labels(ticks)
        else:
            ticks = linear_ticks(ends.low, ends.high, count)
            texts = tick_labels(ticks)
        return list(zip((float(t) for t in ticks), texts, strict=True))

    def _refit(self) -> None:
        if self._banded:
            self._repaint_gradient()
        self.updateGeometry()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            fill_background(painter, self, self._theme.canvas)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_bar(painter)
            self._paint_numbers(painter)
            if self._title:
                self._paint_title(painter)
            for which in ("high", "low"):
                self._paint_handle(painter, which)
            if self.hasFocus():
                self._paint_focus(painter)

    def _paint_bar(self, painter: QPainter) -> None:
        bar = self.bar_rect()
        top, bottom = self.y_of(self._limits.high), self.y_of(self._limits.low)
        bottom_row = self._gradient.height() - 1
        first, last = self._gradient.pixelColor(0, bottom_row), self._gradient.pixelColor(0, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setClipRect(bar)
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), bar.height()), first)
        if top > bar.top():
            painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), top - bar.top()), last)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._banded)
        painter.drawImage(QRectF(bar.left(), top, bar.width(), bottom - top), self._gradient)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar.adjusted(0, 0, -1, -1))
        painter.restore()
        below, above = self.clipped()
        middle, left, right = bar.center().x(), bar.left(), bar.right()
        painter.setPen(Qt.PenStyle.NoPen)
        for shown, color, base, tip in (
            (above, last, bar.top() - 1.5, bar.top() - 1.5 - _ARROW),
            (below, first, bar.bottom() + 1.5, bar.bottom() + 1.5 + _ARROW),
        ):
            if shown:
                painter.setBrush(color)
                painter.drawPolygon(
                    QPolygonF([QPointF(left, base), QPointF(right, base), QPointF(middle, tip)])
                )

    def _paint_numbers(self, painter: QPainter) -> None:
        theme, bar = self._theme, self.bar_rect()
        font = self._tick_font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        dragged = self._dragged_values()
        for value, text in self._ticks():
            y = round(self.y_of(value))
            if any(abs(self.y_of(v) - y) < metrics.height() for v in dragged):
                continue
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(bar.right() + 1, y + 0.5), QPointF(bar.right() + 4, y + 0.5))
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(bar.right() + 8, y + metrics.capHeight() / 2), text)
        painter.setPen(QColor(theme.text))
        for value in dragged:
            y = self.y_of(value) + metrics.capHeight() / 2
            y = min(max(y, metrics.ascent()), self.height() - 4.0)
            painter.drawText(QPointF(bar.right() + 8, y), format_value(value))

    def _paint_title(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(self.font())
        painter.save()
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text))
        painter.translate(self.width() - 6 - metrics.height(), self.bar_rect().center().y())
        painter.rotate(-90)
        room = float(self.height() - 16)
        text = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRectF(-room / 2, 0, room, metrics.height()), Qt.AlignmentFlag.AlignCenter, text
        )
        painter.restore()

    def _paint_handle(self, painter: QPainter, which: str) -> None:
        theme, bar = self._theme, self.bar_rect()
        y = self.y_of(self._limits.high if which == "high" else self._limits.low)
        active = which in (self._dragged, self._hovered) or "both" in (self._dragged,)
        color = QColor(theme.accent if active else theme.muted)
        grip = QRectF(bar.left() - 4, y - 2, bar.width() + 8, 4)
        painter.setPen(QPen(QColor(theme.canvas), 1.2))
        painter.setBrush(color)
        painter.drawRoundedRect(grip, 2, 2)

    def _paint_focus(self, painter: QPainter) -> None:
        ring = self.bar_rect().adjusted(-7, -_ARROW - 5, 7, _ARROW + 5)
        painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ring, 4, 4)

    def _dragged_values(self) -> list[float]:
        if self._dragged == "both":
            return [self._limits.low, self._limits.high]
        if self._dragged:
            return [self._limits.low if self._dragged == "low" else self._limits.high]
        return []

    # Mouse

    def part_at(self, position: QPointF) -> str:
        """What is under the pointer: ``high``, ``low``, ``both`` (between them) or nothing."""
        bar = self.bar_rect()
        if not bar.left() - 10 <= position.x() <= bar.right() + 10:
            return ""
        high, low = self.y_of(self._limits.high), self.y_of(self._limits.low)
        to_high, to_low = abs(position.y() - high), abs(position.y() - low)
        reach = min(_GRAB_DISTANCE + _ARROW, abs(low - high) / 3)
        if min(to_high, to_low) <= reach or not high <= position.y() <= low:
            near = min(to_high, to_low) <= _GRAB_DISTANCE + _ARROW
            return ("high" if to_high <= to_low else "low") if near else ""
        return "both"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            part = self.part_at(event.position())
            self._drag_start, self._drag_limits = event.position(), self._limits
            self._dragged = part
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self._drag_to(event.position())
            return
        hovered = self.part_at(event.position())
        shapes = {"high": Qt.CursorShape.SizeVerCursor, "low": Qt.CursorShape.SizeVerCursor}
        self.setCursor(shapes.get(hovered, Qt.CursorShape.ArrowCursor))
        if hovered == "both":
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self._dragged = ""
            self._refit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = ""
            self.auto_requested.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = ""
        self.update()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        if event.key() == keys.Key_Home:
            self.auto_requested.emit()
            return
        share = {
            keys.Key_Up: _KEY_STEP,
            keys.Key_Down: -_KEY_STEP,
            keys.Key_PageUp: _KEY_PAGE,
            keys.Key_PageDown: -_KEY_PAGE,
        }.get(keys(event.key()))
        if share is None:
            super().keyPressEvent(event)
            return
        held = event.modifiers()
        which = "high"
        if held & Qt.KeyboardModifier.ControlModifier:
            which = "both"
        elif held & Qt.KeyboardModifier.ShiftModifier:
            which = "low"
        self._move(which, share, self._limits)
        self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # Moving limits

    def _drag_to(self, position: QPointF) -> None:
        share = (self._drag_start.y() - position.y()) / self.bar_rect().height()
        self._move(self._dragged, share, self._drag_limits)

    def _move(self, which: str, share: float, kept: Limits) -> None:
        """Move one limit or both by a share of what the bar spans."""
        # On the scale itself: a logarithm is moved as evenly as a value.
        start_low, start_high = (stretched(v, self._scale) for v in (kept.low, kept.high))
        span = start_high - start_low
        low = start_low + (share * span if which in ("low", "both") else 0.0)
        high = start_high + (share * span if which in ("high", "both") else 0.0)
        if which == "low":
            low = min(low, high - _LEAST_SPAN * span)
        elif which == "high":
            high = max(high, low + _LEAST_SPAN * span)
        # An end that was not moved stays to the last bit.
        limits = Limits(
            kept.low if low == start_low else unstretched(low, self._scale),
            kept.high if high == start_high else unstretched(high, self._scale),
        )
        if limits != self._limits and limits.low < limits.high:
            self._limits = limits
            if self._banded:
                self._repaint_gradient()
            self.update()
            self.limits_changed.emit(limits)


def _gradient(name: str, levels: tuple[float, ...] | None = None) -> QImage:
    """One column of pixels, the high end on top; in bands between levels from 0 to 1, if given."""
    rgba = color_maps.table(name)
    index = slice(None) if levels is None else band_table(levels)[::_BAND_STRIDE]
    rows = np.ascontiguousarray(rgba[index][::-1])
    # Its own copy: Qt does not keep the array alive.
    image = QImage(rows.data, 1, len(rows), 4, QImage.Format.Format_RGBA8888)  # pyright: ignore
    return image.convertToFormat(QImage.Format.Format_RGB32)
