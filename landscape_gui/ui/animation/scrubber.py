"""The slider of an animation, with a mark for every checkpoint."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from landscape_gui.ui.theme import LIGHT, Theme

_KNOB = 6.5
_SNAP_PIXELS = 5.0
_STEP = 0.02


class Scrubber(QWidget):
    """A position from 0 to 1; dragging catches at the marks.

    Signals
    -------
    dragged
        The position that the user wants.
    """

    dragged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._position = 0.0
        self._stops: tuple[float, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Position in the animation")
        self.setToolTip(
            "Drag, or arrow keys; Page Up and Page Down go from checkpoint to checkpoint"
        )

    @property
    def position(self) -> float:
        """Where the knob is."""
        return self._position

    def set_position(self, position: float) -> None:
        """Move the knob; says nothing."""
        if position != self._position:
            self._position = position
            self.update()

    def set_stops(self, stops: tuple[float, ...]) -> None:
        """Mark positions."""
        if stops != self._stops:
            self._stops = stops
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As tall as a button."""
        return QSize(240, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Groove, marks, knob."""
        theme, middle = self._theme, self.height() / 2
        left, right = self._ends()
        at = self._x(self._position)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for color, begin, end in ((theme.border, left, right), (theme.accent, left, at)):
                painter.setBrush(QColor(color))
                painter.drawRoundedRect(QRectF(begin, middle - 2, max(0.0, end - begin), 4), 2, 2)
            for stop in self._stops:
                passed = stop <= self._position + 1e-9
                painter.setBrush(QColor(theme.accent if passed else theme.muted))
                painter.drawEllipse(QPointF(self._x(stop), middle), 3.2, 3.2)
            ring = theme.text if self.hasFocus() else theme.accent
            painter.setPen(QPen(QColor(ring), 1.6))
            painter.setBrush(QColor(theme.raised))
            painter.drawEllipse(QPointF(at, middle), _KNOB, _KNOB)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go a little, pages to the next mark, Home and End to the ends."""
        key, here = Qt.Key(event.key()), self._position
        before = [s for s in self._stops if s < here - 1e-6] or [0.0]
        after = [s for s in self._stops if s > here + 1e-6] or [1.0]
        wanted = {
            Qt.Key.Key_Left: here - _STEP,
            Qt.Key.Key_Right: here + _STEP,
            Qt.Key.Key_PageUp: before[-1],
            Qt.Key.Key_PageDown: after[0],
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }.get(key)
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.dragged.emit(min(max(wanted, 0.0), 1.0))

    def _ends(self) -> tuple[float, float]:
        return _KNOB + 2, self.width() - _KNOB - 2

    def _x(self, position: float) -> float:
        left, right = self._ends()
        return left + position * (right - left)

    def _drag(self, x: float) -> None:
        left, right = self._ends()
        position = min(max((x - left) / max(right - left, 1.0), 0.0), 1.0)
        for stop in self._stops:
            if abs(self._x(stop) - x) <= _SNAP_PIXELS:
                position = stop
        self.dragged.emit(position)
