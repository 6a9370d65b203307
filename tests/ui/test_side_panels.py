"""Narrow windows: panels hide where they leave the views no room, and come back."""

from __future__ import annotations

import pytest


@pytest.fixture
def shown(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / f"{'long-name-' * 12}.landscape.h5")

    def at(width: int, height: int = 700) -> list[str]:
        window.main.resize(width, height)
        qtbot.waitUntil(lambda: window.main.width() == width)
        qtbot.wait(10)
        return window.main.side_panels.shown()

    return at


def test_panels_hide_and_come_back_with_the_width(shown):
    assert shown(1400) == ["left", "right"]
    assert shown(1000) == ["left"]
    assert shown(800) == []
    assert shown(1400) == ["left", "right"]


def test_an_800_by_600_window_shows_both_views_and_all_controls(window, shown):
    shown(800, 600)
    main = window.main
    for widget in (main.surface_page.surface, main.surface_page.contour, main.header.metrics):
        assert widget.isVisible()
        place = widget.mapTo(main, widget.rect().bottomRight())
        assert 0 < place.x() <= 800
        assert 0 < place.y() <= 600
    assert main.surface_page.surface.width() * main.surface_page.surface.height() > 90_000


def test_a_wish_beats_the_width(window, shown):
    shown(800)
    window.main.side_panels.actions["right"].trigger()
    assert window.main.side_panels.shown() == ["right"]
    window.main.side_panels.actions["left"].trigger()
    assert window.main.side_panels.shown() == ["left"], "one at a time"
    window.main.side_panels.actions["left"].trigger()
    assert window.main.side_panels.shown() == []


def test_what_is_hidden_by_the_user_stays_hidden(window, shown):
    shown(1400)
    window.main.side_panels.actions["right"].trigger()
    assert window.main.side_panels.shown() == ["left"]
    assert shown(800) == []
    assert shown(1500) == ["left"]
    window.main.side_panels.actions["right"].trigger()
    assert window.main.side_panels.shown() == ["left", "right"]


def test_buttons_in_the_header_do_the_same_and_show_the_state(window, shown):
    from PySide6.QtWidgets import QToolButton

    shown(1400)
    tools = window.main.header.findChildren(QToolButton)
    right = next(t for t in tools if "right" in t.accessibleName())
    assert right.isChecked()
    right.click()
    assert window.main.side_panels.shown() == ["left"]
    assert not right.isChecked()
    assert not window.main.side_panels.actions["right"].isChecked()


def test_with_a_larger_font_the_panels_are_wider_and_their_tables_fit(window, shown, qtbot):
    from PySide6.QtGui import QFontDatabase

    shown(1800)
    panels = window.main.side_panels
    before = {side: panels._panels[side].width() for side in ("left", "right")}
    table = window.main.layers_panel.table
    rows = table.height()
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSize()
    settings = window.around._settings
    settings.font_size = 2 * system
    window.around._apply("font_size")
    qtbot.waitUntil(
        lambda: all(panels._panels[side].width() > 1.6 * before[side] for side in before)
    )
    for widget in window.main.layers_panel.toggles.values():
        right = widget.mapTo(window.main, widget.rect().topRight()).x()
        assert right <= window.main.width(), "nothing is cut off"
    qtbot.waitUntil(lambda: table.height() > 1.5 * rows)
    settings.font_size = 0
    window.around._apply("font_size")
    qtbot.waitUntil(lambda: table.height() == rows)
