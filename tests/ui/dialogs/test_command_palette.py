from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from landscape_gui.ui.palette_entries import PaletteEntry, rank

KEY = Qt.Key


@pytest.fixture
def palette(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / "sst2.landscape.h5")
    qtbot.wait(50)  # the window's own activation would close a pop-up
    shown = window.around.show_palette()
    qtbot.wait(20)
    yield shown
    if isValid(shown):
        shown.close()


def test_typing_and_enter_do_what_was_meant(window, palette, qtbot):
    QTest.keyClicks(palette.search, "theme dark")
    assert palette.titles()[0] == "Theme: Dark"
    QTest.keyClick(palette.search, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.themes.theme.name == "dark")
    assert not isValid(palette) or not palette.isVisible()


def test_open_landscapes_are_found_by_surface(window, palette, qtbot):
    QTest.keyClicks(palette.search, "sst2 low")
    QTest.keyClick(palette.search, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.session.selection.name == "low-random0")


def test_settings_are_found_and_get_the_keyboard(window, palette, qtbot):
    from landscape_gui.ui.dialogs.preferences import PreferencesDialog

    QTest.keyClicks(palette.search, "font size")
    QTest.keyClick(palette.search, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.main.findChild(PreferencesDialog) is not None)
    dialog = window.main.findChild(PreferencesDialog)
    assert dialog.focusWidget() is dialog.fields["font_size"]
    dialog.reject()


def test_recent_files_are_offered(window, tmp_path, open_file, qtbot):
    path = tmp_path / "sst2.landscape.h5"
    path.touch()
    open_file(window, path)
    qtbot.waitUntil(lambda: bool(window.main.recent.facts[0].modified))
    palette = window.around.show_palette()
    QTest.keyClicks(palette.search, "recent sst2")
    assert "Open sst2.landscape.h5" in palette.titles()
    palette.close()


def test_arrows_move_while_one_types_and_go_round(palette):
    last = palette.list.count() - 1
    QTest.keyClick(palette.search, KEY.Key_Up)
    assert palette.list.currentRow() == last
    QTest.keyClick(palette.search, KEY.Key_Down)
    QTest.keyClick(palette.search, KEY.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.search, KEY.Key_PageDown)
    assert palette.list.currentRow() == 11
    QTest.keyClick(palette.search, KEY.Key_PageUp)
    assert palette.list.currentRow() == 1


def test_nonsense_says_so_and_enter_does_nothing(palette):
    QTest.keyClicks(palette.search, "qqqxyz")
    assert palette.titles() == []
    assert palette.nothing.isVisible()
    QTest.keyClick(palette.search, KEY.Key_Return)
    assert palette.isVisible()


def test_what_cannot_be_done_now_is_listed_last_and_does_nothing(window, palette):
    QTest.keyClicks(palette.search, "cancel the job")
    entries = [palette.list.item(row) for row in range(palette.list.count())]
    cancel = next(item for item in entries if "Cancel the job" in item.toolTip())
    assert not cancel.flags() & Qt.ItemFlag.ItemIsEnabled
    palette._run(cancel)
    assert palette.isVisible()


def test_escape_closes(palette):
    QTest.keyClick(palette.search, KEY.Key_Escape)
    assert not isValid(palette) or not palette.isVisible()


def test_what_was_used_comes_first_next_time(window, palette, qtbot):
    QTest.keyClicks(palette.search, "theme dark")
    QTest.keyClick(palette.search, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.themes.theme.name == "dark")
    again = window.around.show_palette()
    assert again.titles()[0] == "Theme: Dark"
    again.close()


def test_rows_are_read_out_with_their_shortcut(palette):
    QTest.keyClicks(palette.search, "reset view")
    words = palette.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Reset view, View, Ctrl+0"


def test_ranking_prefers_titles_to_the_way_through_the_menus():
    entries = [
        PaletteEntry("Left panel", "View", lambda: None),
        PaletteEntry("Reset view", "View", lambda: None),
        PaletteEntry("View source", "Help", lambda: None, enabled=False),
    ]
    titles = [ranked.entry.title for ranked in rank("view", entries)]
    assert titles == ["Reset view", "Left panel", "View source"]
