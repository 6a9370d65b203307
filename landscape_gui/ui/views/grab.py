"""A widget as an image, finer than on screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget


def grab_widget(widget: QWidget, least_ratio: float = 2.0) -> QImage:
    """Paint a widget into an image of at least ``least_ratio`` pixels per unit of its size."""
    return paint_widget(widget, max(least_ratio, widget.devicePixelRatioF()))


def paint_widget(widget: QWidget, ratio: float) -> QImage:
    """Paint a widget into an image of exactly ``ratio`` pixels per unit of its size."""
    image = QImage(
        max(1, round(widget.width() * ratio)),
        max(1, round(widget.height() * ratio)),
        QImage.Format.Format_RGB32,
    )
    image.setDevicePixelRatio(ratio)
    widget.render(image, QPoint(0, 0))
    return image
