"""A switch that shows that it has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from superqt import QToggleSwitch

_RING = 1.6


class Toggle(QToggleSwitch):
    """Of superqt's switch only the mouse sees where one is."""

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """A ring around what the space bar would switch."""
        super().paintEvent(a0)
        if not self.hasFocus():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().windowText().color(), _RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(_RING, _RING, -_RING, -_RING)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
