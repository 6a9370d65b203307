from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from landscape_gui.ui.icons import set_icon, tint_icons
from landscape_gui.ui.style import apply_theme
from landscape_gui.ui.theme import DARK, LIGHT


def ink(button: QPushButton) -> set[str]:
    image = button.icon().pixmap(32, 32).toImage()
    pixels = (image.pixelColor(x, y) for x in range(32) for y in range(32))
    return {color.name() for color in pixels if color.alpha() == 255}


def test_icons_have_the_color_of_the_text_and_follow_the_theme(qapp, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton(window)
    apply_theme(qapp, LIGHT)
    set_icon(button, "pause")
    assert ink(button) == {QColor(LIGHT.text).name()}
    apply_theme(qapp, DARK)
    tint_icons(window)
    assert ink(button) == {QColor(DARK.text).name()}
    apply_theme(qapp, LIGHT)


def test_the_icon_of_a_primary_button_is_legible_on_it(qapp, qtbot):
    apply_theme(qapp, LIGHT)
    button = QPushButton()
    qtbot.addWidget(button)
    button.setProperty("role", "primary")
    set_icon(button, "resume")
    assert ink(button) == {qapp.palette().color(QPalette.ColorRole.HighlightedText).name()}
