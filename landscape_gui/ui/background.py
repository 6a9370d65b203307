"""The ground of widgets that paint all of themselves."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget


def fill_background(painter: QPainter, widget: QWidget, color: str) -> None:
    """Fill a widget with one colour, also the pixels that it has only a part of.

    At 125 or 150 % a widget may begin and end within a pixel. What is painted up to its edge covers
    such a pixel in part, and whatever was there before shows through: for a widget that says that
    it paints all of itself, a dark line.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(widget.rect().adjusted(-1, -1, 1, 1), QColor(color))


def fill_split_pixels(painter: QPainter, widget: QWidget, color: str) -> None:
    """``fill_background`` where there may be such pixels, under a picture that fills the rest."""
    if not painter.deviceTransform().m11().is_integer():
        fill_background(painter, widget, color)
