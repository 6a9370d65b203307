from __future__ import annotations

from PySide6.QtTest import QTest


def test_f1_lists_every_shortcut_of_the_menus(window):
    dialog = window.around.show_shortcuts()
    shown = {keys for _, keys in dialog.shown()}
    wanted = {a.shortcut().toString() for a in window.main.menus.actions} - {""}
    assert wanted <= shown
    assert ("Turn the surface", "Drag") in dialog.shown()
    dialog.reject()


def test_the_list_is_searched_by_words_and_by_keys(window):
    dialog = window.around.show_shortcuts()
    QTest.keyClicks(dialog.search, "reset")
    assert ("Reset view", "Ctrl+0") in dialog.shown()
    assert len(dialog.shown()) < 6
    dialog.search.setText("ctrl+0")
    assert ("Reset view", "Ctrl+0") in dialog.shown()
    dialog.search.setText("nothing like that")
    assert dialog.shown() == []
    dialog.reject()
