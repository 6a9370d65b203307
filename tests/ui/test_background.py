"""Widgets that paint all of themselves, on screens where they end within a pixel."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.background import fill_split_pixels
from landscape_gui.ui.surface3d.view import Surface3DView
from landscape_gui.ui.theme import DARK, LIGHT
from landscape_gui.ui.views.color_bar import ColorBar
from landscape_gui.ui.views.curve_plot import CurvePlot
from landscape_gui.ui.views.read_out import ReadOut

BEFORE = (255, 0, 255)


def edges(widget, ratio):
    """Colours along the right and the lower edge of a widget painted over magenta."""
    width, height = (math.ceil(ratio * n) for n in (widget.width(), widget.height()))
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(*BEFORE))
    image.setDevicePixelRatio(ratio)
    # No flags: the ground that Qt would lay under it is not there on the screen.
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag(0))
    words = np.frombuffer(image.constBits(), np.uint8)
    colors = words.reshape(height, image.bytesPerLine() // 4, 4)[:, :width, 2::-1]
    return {tuple(map(int, color)) for color in (*colors[:, -1], *colors[-1])}


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("kind", [ColorBar, ReadOut, CurvePlot])
def test_nothing_shines_through_at_the_edges(qtbot, kind, ratio):
    widget = kind()
    qtbot.addWidget(widget)
    widget.resize(203, 151)
    found = edges(widget, ratio)
    # Less than half of a pixel is not painted at all, which is for what lies there otherwise.
    found.discard(BEFORE)
    # Colours of its own, but no mixture with what was there before.
    assert all(red - green < 60 for red, green, _ in found)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_picture_of_the_surface_is_painted_to_its_edges(qtbot, theme):
    view = Surface3DView(answer=(False, "not here"))
    qtbot.addWidget(view)
    view.set_theme(theme)
    view.resize(203, 151)
    view.show()
    image = view.image_at(1.25)
    assert image.size().toTuple() == (254, 189)
    ground = QColor(theme.canvas).rgb()
    right, bottom = image.width() - 1, image.height() - 1
    assert {image.pixel(right, y) for y in range(bottom)} == {ground}
    assert {image.pixel(x, bottom) for x in range(right)} == {ground}


def test_whole_pixels_are_left_to_the_picture(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    for ratio, expected in ((1.0, BEFORE), (1.5, (255, 255, 255)), (2.0, BEFORE)):
        image = QImage(20, 20, QImage.Format.Format_RGB32)
        image.fill(QColor(*BEFORE))
        image.setDevicePixelRatio(ratio)
        with QPainter(image) as painter:
            fill_split_pixels(painter, widget, "white")
        assert image.pixelColor(5, 5).getRgb()[:3] == expected
