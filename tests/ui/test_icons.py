from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from landscape_gui.resource_files import resource
from landscape_gui.ui.icons import set_icon, tint_icons, tinted_icon
from landscape_gui.ui.style import apply_theme
from landscape_gui.ui.theme import DARK, LIGHT

ICONS = sorted(p.stem for p in resource("icons").glob("*.svg") if "currentColor" in p.read_text())


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


@pytest.mark.parametrize("name", ICONS)
def test_icons_take_the_color(qapp, name):
    shot = tinted_icon(name, "#d92d20").pixmap(32, 32).toImage()
    shot = shot.convertToFormat(QImage.Format.Format_RGBA8888)
    rgba = np.frombuffer(shot.constBits(), np.uint8).reshape(-1, 4)
    solid = rgba[rgba[:, 3] > 200][:, :3]
    assert len(solid) > 10
    assert np.abs(solid.astype(int) - [0xD9, 0x2D, 0x20]).max() < 12


def test_disabled_icons_are_paler(qapp):
    icon = tinted_icon("play", "#000000")
    alpha = [
        icon.pixmap(32, 32, mode).toImage().pixelColor(10, 16).alpha()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    ]
    assert alpha[1] <= 0.5 * max(alpha[0], 1)


def test_an_icon_that_is_missing_is_named(qapp):
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        tinted_icon("no-such-icon", "#000000")
