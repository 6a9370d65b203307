"""The rectangle that is drawn with the mouse to zoom into."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.halo_text import with_alpha

# Smaller than this a drag was not meant as one.
_LEAST = 6.0


class RubberBand:
    """From where the mouse was pressed to where it is."""

    def __init__(self) -> None:
        self._start: QPointF | None = None
        self._rect = QRectF()

    @property
    def active(self) -> bool:
        """Whether one is being drawn."""
        return self._start is not None

    def begin(self, at: QPointF) -> None:
        """The mouse was pressed."""
        self._start, self._rect = at, QRectF(at, at)

    def stretch(self, to: QPointF, bounds: QRectF) -> None:
        """The mouse moved; the rectangle stays inside ``bounds``."""
        if self._start is not None:
            self._rect = QRectF(self._start, to).normalized().intersected(bounds)

    def end(self) -> QRectF | None:
        """The mouse was released: what was drawn, or None if that is next to nothing."""
        drawn, self._start = self._start is not None, None
        large = min(self._rect.width(), self._rect.height()) >= _LEAST
        return QRectF(self._rect) if drawn and large else None

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draw it, if there is one."""
        if not self.active:
            return
        rect = self._rect.toAlignedRect().adjusted(0, 0, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(rect, with_alpha(theme.accent, 0.15))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(with_alpha(theme.halo, 0.8), 3))
        painter.drawRect(rect)
        painter.setPen(QPen(QColor(theme.accent), 1))
        painter.drawRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
