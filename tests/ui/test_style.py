from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from landscape_gui.ui.style import apply_theme, style_sheet, system_theme_is_dark
from landscape_gui.ui.theme import DARK, LIGHT


@pytest.fixture
def app(qapp: QApplication):
    sheet, palette = qapp.styleSheet(), qapp.palette()
    yield qapp
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_the_style_sheet_has_no_hole(qapp, theme):
    sheet = style_sheet(theme)
    assert "@" not in sheet
    assert theme.accent in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert QImage(path).width() > 0, path


def test_a_theme_is_applied_and_replaced(app, qtbot):
    apply_theme(app, DARK)
    assert app.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    assert app.style().objectName() in ("fusion", "stylesheet") or app.styleSheet()
    label = QLabel("words")
    qtbot.addWidget(label)
    label.setProperty("role", "muted")
    label.ensurePolished()
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.muted)
    apply_theme(app, LIGHT)
    assert app.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(LIGHT.muted)


def test_disabled_text_stands_back_but_can_be_read(app):
    apply_theme(app, LIGHT)
    disabled = app.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    normal = app.palette().color(QPalette.ColorRole.Text)
    ground = app.palette().color(QPalette.ColorRole.Base)
    assert normal.lightness() < disabled.lightness() < ground.lightness()


def test_the_style_sheet_parses(app, qtbot, capfd):
    apply_theme(app, LIGHT)
    button = QPushButton("Start")
    qtbot.addWidget(button)
    button.setProperty("role", "primary")
    button.grab()
    assert "Could not parse" not in capfd.readouterr().err


def test_the_system_is_asked_for_its_theme(qapp):
    assert isinstance(system_theme_is_dark(), bool)
