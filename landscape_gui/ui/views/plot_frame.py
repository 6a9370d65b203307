"""A plot's frame: axes with numbers and titles, zoom and pan, and a cached picture inside.

What a plot shows changes rarely against how often the pointer moves, so the picture is painted
once into a pixmap and only the cross-hair above it follows the pointer. The axes are painted here
and not by pyqtgraph: equal scales, a frame that fits the data and crisp text at any device pixel
ratio take less code than bending its items to it.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from landscape_gui.ui.background import fill_split_pixels
from landscape_gui.ui.painter_state import saved
from landscape_gui.ui.scene import FloatArray
from landscape_gui.ui.theme import LIGHT, Theme
from landscape_gui.ui.turns import Parts, finish, turns
from landscape_gui.ui.views.axis_painter import AxisStyle, paint_axes, tick_positions
from landscape_gui.ui.views.halo_text import scaled_font
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.views.rubber_band import RubberBand

_ZOOM_PER_DEGREE = 1.0035
_TICK_LENGTH = 4.0
_BELOW_MARGIN = 10.0


class PlotFrame(QWidget):
    """Base of the plots; a subclass paints in ``paint_plot`` and ``paint_overlay``.

    Signals
    -------
    hovered
        (x, y) under the pointer in plot coordinates, or ``None`` when it left the plot.
    arranged
        The plot's rectangle, or the range that fills it, may have changed.
    view_moved
        The user zoomed or panned: what ``view`` is now.
    """

    hovered = Signal(object)
    arranged = Signal()
    view_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.log_y = False
        self.equal_scales = False
        self.snug = False
        """Whether the frame takes the shape of the home range instead of all the space."""
        self.side_room = 0.0
        """Pixels kept free to the right of the frame, e.g. for a colour bar."""
        self.axes_visible = True
        self._titles = ("", "")
        self._home = PlotRange(0.0, 1.0, 0.0, 1.0)
        self._wanted = self._home
        self._shown = self._home
        self._plot = QRectF(0, 0, 1, 1)
        self._below = 0.0
        self._picture: QPixmap | None = None
        self._dragged_from: QPointF | None = None
        self._band = RubberBand()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 140)

    # What a subclass paints

    def paint_plot(self, painter: QPainter, rect: QRectF) -> None:
        """Paint what stands still, in widget pixels, clipped to the plot's rectangle."""

    def paint_plot_in_parts(self, painter: QPainter, rect: QRectF) -> Parts[None]:
        """``paint_plot``, stopping where it may be interrupted."""
        self.paint_plot(painter, rect)
        yield

    def paint_overlay(self, painter: QPainter, rect: QRectF) -> None:
        """Paint what follows the pointer, on every update."""

    def paint_outside(self, painter: QPainter, below: QRectF) -> None:
        """Paint what stands still outside the plot's rectangle, e.g. into what is ``below``."""

    def height_below(self, width: float) -> float:
        """Pixels to keep under the axis title for ``paint_outside``, at a width in pixels."""
        return 0.0

    # Range and geometry

    @property
    def shown(self) -> PlotRange:
        """The range that fills the plot's rectangle."""
        return self._shown

    @property
    def home(self) -> PlotRange:
        """The range that a double click goes back to."""
        return self._home

    @property
    def plot_rect(self) -> QRectF:
        """The plot's rectangle in widget pixels."""
        return QRectF(self._plot)

    def set_home(self, home: PlotRange, keep_view: bool = False) -> None:
        """Set the range that a double click goes back to, and unless ``keep_view`` go there."""
        wanted = self._wanted if keep_view else home
        if (home, wanted) != (self._home, self._wanted):
            self._home, self._wanted = home, wanted
            self._arrange()

    def at_home(self) -> bool:
        """Whether the view is neither zoomed nor panned."""
        return self._wanted == self._home

    @property
    def view(self) -> PlotRange | None:
        """The range that is looked at; None while that is all."""
        return None if self.at_home() else self._wanted

    def set_view(self, view: PlotRange | None) -> None:
        """Look at a range, or at all; not the user's doing, so ``view_moved`` is not emitted."""
        wanted = view or self._home
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    def reset_view(self) -> None:
        self.set_view(None)
        self.view_moved.emit(None)

    def set_titles(self, x: str, y: str) -> None:
        if (x, y) != self._titles:
            self._titles = (x, y)
            self._arrange()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.invalidate()

    def invalidate(self) -> None:
        """Paint the picture anew on the next update."""
        turns().cancel(self)
        self._picture = None
        self.update()

    def refresh(self) -> None:
        """Paint the picture anew, a part per turn of the event loop; until then show the old one.

        For data that come while the user does something else. What changes where things stand is
        to be seen at once: ``invalidate``.
        """
        if self._picture is None or not self.isVisible():
            self.invalidate()
        else:
            turns().begin(self, self._renew_picture())

    def finish(self) -> None:
        """Paint what is left of a picture that is being painted in parts."""
        turns().finish(self)

    def to_pixels(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Plot coordinates → widget pixels, float64[k, 2]."""
        shown, plot = self._shown, self._plot
        px = plot.left() + (np.asarray(x) - shown.left) * (plot.width() / shown.width)
        py = plot.bottom() - (np.asarray(y) - shown.bottom) * (plot.height() / shown.height)
        return np.stack([px, py], axis=-1)

    def pixel_rect(self, rect: PlotRange) -> QRectF:
        (x0, y0), (x1, y1) = self.to_pixels(
            np.array([rect.left, rect.right]), np.array([rect.top, rect.bottom])
        )
        return QRectF(x0, y0, x1 - x0, y1 - y0)

    def from_pixels(self, position: QPointF) -> tuple[float, float]:
        shown, plot = self._shown, self._plot
        return (
            shown.left + (position.x() - plot.left()) * shown.width / plot.width(),
            shown.bottom + (plot.bottom() - position.y()) * shown.height / plot.height(),
        )

    def tick_font(self) -> QFont:
        return scaled_font(self.font(), 0.92)

    def axis_style(self) -> AxisStyle:
        return AxisStyle(self.theme, self.font(), self.tick_font(), _TICK_LENGTH, self.log_y)

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    def _arrange(self) -> None:
        """Fit the plot's rectangle into the widget and the range into the rectangle."""
        line = QFontMetricsF(self.font()).height()
        tick_line = QFontMetricsF(self.tick_font()).height()
        left = top = right = bottom = 0.0
        if self.axes_visible:
            left = self._left_room()
            bottom = _TICK_LENGTH + 4 + tick_line + 4 + line + 8
            top = right = max(14.0, 0.9 * tick_line)
            right += self.side_room
            self._below = self.height_below(self._below_width())
            bottom += self._below
        width = max(40.0, self.width() - left - right)
        height = max(40.0, self.height() - top - bottom)
        if self.snug and self.axes_visible:
            aspect = min(max(self._home.width / self._home.height, 0.4), 2.5)
            fit_width, fit_height = min(width, aspect * height), min(height, width / aspect)
            left += (width - fit_width) / 2
            top += (height - fit_height) / 2
            width, height = fit_width, fit_height
        self._plot = QRectF(round(left), round(top), round(width), round(height))
        self._shown = self._wanted
        if self.equal_scales:
            self._shown = self._wanted.with_aspect(self._plot.width() / self._plot.height())
        self.invalidate()
        self.arranged.emit()

    def set_side_room(self, room: float) -> None:
        """Keep pixels free to the right of the frame."""
        if room != self.side_room:
            self.side_room = room
            self._arrange()

    def set_axes_visible(self, visible: bool) -> None:
        """Draw the axes and what belongs to them, or leave their room to a message."""
        if visible != self.axes_visible:
            self.axes_visible = visible
            self._arrange()

    def fit_below(self) -> None:
        """Keep as much room under the axis title as is needed now."""
        if self.axes_visible and self.height_below(self._below_width()) != self._below:
            self._arrange()

    def _numbers_width(self) -> float:
        metrics = QFontMetricsF(self.tick_font())
        _, labels = tick_positions(self._wanted.bottom, self._wanted.top, 8, self.log_y)
        return max((metrics.horizontalAdvance(text) for text in labels), default=0.0)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        # Contexts, because an error that leaves a painter open on a widget crashes Qt.
        with QPainter(self) as painter:
            # Of what is painted on: in a picture that may be more than the screen's.
            ratio = painter.deviceTransform().m11()
            if self._picture is None or self._picture.devicePixelRatio() != ratio:
                turns().cancel(self)
                self._picture = finish(self._paint_picture(ratio))
            fill_split_pixels(painter, self, self.theme.canvas)
            painter.drawPixmap(0, 0, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self._plot)
            self.paint_overlay(painter, QRectF(self._plot))
            self._band.paint(painter, self.theme)

    def _renew_picture(self) -> Parts[None]:
        self._picture = yield from self._paint_picture(self.devicePixelRatioF())
        self.update()

    def _paint_picture(self, ratio: float) -> Parts[QPixmap]:
        picture = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.canvas))
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            with saved(painter):
                painter.setClipRect(self._plot)
                yield from self.paint_plot_in_parts(painter, QRectF(self._plot))
            if self.axes_visible:
                style = self.axis_style()
                paint_axes(painter, self._plot, self._shown, self._titles, style, self.rect())
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self.theme.border), 1))
                painter.drawRect(self._plot)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.paint_outside(painter, self._below_rect())
        return picture

    def _below_rect(self) -> QRectF:
        """What is kept under the axis title."""
        line = QFontMetricsF(self.font()).height()
        top = self._plot.bottom() + _TICK_LENGTH + 4 + QFontMetricsF(self.tick_font()).height()
        return QRectF(self._left_room(), top + 4 + line + 4, self._below_width(), self._below)

    def drawn_rect(self) -> QRectF:
        """The frame with what is around it, in widget pixels: without the empty rest."""
        if not self.axes_visible:
            return QRectF(self.rect())
        line = QFontMetricsF(self.font()).height()
        bottom = self._below_rect().bottom() + 0.5 * line
        top = self._plot.top() - 1.5 * line
        return QRectF(0, top, self.width(), bottom - top).intersected(QRectF(self.rect()))

    def _below_width(self) -> float:
        """From where a frame of full width begins to the edge of the widget."""
        return self.width() - self._left_room() - _BELOW_MARGIN

    def _left_room(self) -> float:
        line = QFontMetricsF(self.font()).height()
        # The width of the numbers in steps, so that the frame does not jump while zooming.
        numbers = max(28.0, 14.0 * math.ceil(self._numbers_width() / 14.0))
        return 10 + line + 6 + numbers + 6 + _TICK_LENGTH

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._arrange()

    # Mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        degrees = event.angleDelta().y() / 8
        if degrees and self.axes_visible and self._plot.contains(event.position()):
            self._zoom(_ZOOM_PER_DEGREE ** (-degrees * 3), event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not (self.axes_visible and self._plot.contains(event.position())):
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.RightButton or (
            event.button() == Qt.MouseButton.LeftButton and shift
        ):
            self._band.begin(event.position())
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._band.active:
            self._band.stretch(position, self._plot)
            self.update()
        elif self._dragged_from is not None and event.buttons():
            x0, y0 = self.from_pixels(self._dragged_from)
            x1, y1 = self.from_pixels(position)
            self._dragged_from = position
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._look_at(self._shown.moved(x0 - x1, y0 - y1))
        elif self.axes_visible and self._plot.contains(position):
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
        self._hover(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        chosen = self._band.end()
        if chosen is not None:
            self.zoom_to(chosen)
        self.update()
        self._hover(event.position())
        if self.axes_visible and self._plot.contains(event.position()):
            self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_view()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        middle = self._plot.center()
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(0.8, middle)
        elif event.key() == Qt.Key.Key_Minus:
            self._zoom(1.25, middle)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.reset_view()
        elif event.key() == Qt.Key.Key_Escape and self._band.active:
            self._band.end()
            self.update()
        else:
            super().keyPressEvent(event)

    def zoom_to(self, chosen: QRectF) -> None:
        """Let a rectangle of the plot, in widget pixels, fill it as well as it can."""
        left, top = self.from_pixels(chosen.topLeft())
        right, bottom = self.from_pixels(chosen.bottomRight())
        self._look_at(PlotRange(left, right, bottom, top))

    def _hover(self, position: QPointF) -> None:
        inside = self.axes_visible and self._plot.contains(position)
        self.hovered.emit(self.from_pixels(position) if inside else None)

    def _zoom(self, factor: float, position: QPointF) -> None:
        x, y = self.from_pixels(position)
        self._look_at(self._shown.zoomed(factor, x, y))
        self._hover(position)

    def _look_at(self, wanted: PlotRange) -> None:
        home = self._home
        if self.equal_scales:
            home = home.with_aspect(self._plot.width() / self._plot.height())
        self._wanted = wanted.kept_near(home)
        self._arrange()
        self.view_moved.emit(self.view)
