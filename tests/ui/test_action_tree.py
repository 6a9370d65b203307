"""Every action is in a menu and in the palette, and has a shortcut or is one of a choice."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from landscape_gui.ui.action_tree import menu_entries, plain
from landscape_gui.ui.mnemonics import mnemonic, spread_mnemonics
from landscape_gui.ui.palette_entries import action_entries


@pytest.fixture
def entries(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / "a.landscape.h5")
    window.main.recent.wait()
    qtbot.wait(20)  # the menu of recent files has seen what is on disk
    return menu_entries(window.main.menus.bar)


def test_every_action_of_the_window_is_in_a_menu(window, entries):
    in_menus = {id(entry.action) for entry in entries}
    strays = [action.text() for action in window.main.menus.actions if id(action) not in in_menus]
    assert strays == []


def test_every_action_has_a_shortcut_or_is_one_of_a_choice(entries):
    without = [
        entry.text
        for entry in entries
        if not entry.keys and not entry.is_choice and "Recent files" not in entry.path
    ]
    assert without == []


def test_no_shortcut_is_taken_twice(entries):
    keys = [entry.keys for entry in entries if entry.keys]
    assert sorted(keys) == sorted(set(keys))


def test_the_palette_offers_every_action_under_a_name_of_its_own(entries):
    offered = action_entries(entries)
    assert len(offered) == len(entries)
    names = [(entry.title, entry.detail) for entry in offered]
    assert len(set(names)) == len(names)
    assert all(entry.title for entry in offered)


def test_no_menu_gives_a_mnemonic_twice(window, entries):
    def mnemonics(actions: list[QAction]) -> list[str]:
        keys = [QKeySequence.mnemonic(action.text()).toString() for action in actions]
        return [key for key in keys if key]

    bar = window.main.menus.bar
    twice = []
    for level in [bar, *bar.findChildren(QMenu)]:
        keys = mnemonics(level.actions())
        twice += [
            (plain(level.title()) if isinstance(level, QMenu) else "", action.text())
            for action in level.actions()
            if keys.count(QKeySequence.mnemonic(action.text()).toString()) > 1
        ]
    assert twice == []


def test_every_action_can_be_reached_by_letters(window, entries):
    without = [
        entry.text
        for entry in entries
        if not mnemonic(entry.action.text()) and "Recent files" not in entry.path
    ]
    assert without == []


def test_letters_that_were_chosen_stay_and_others_are_found(qapp):
    actions = [QAction(text) for text in ("&Save", "Save all", "&Sort", "A && B", "…", "Ss")]
    spread_mnemonics(actions)
    assert [action.text() for action in actions] == [
        "&Save", "Save &all", "S&ort", "A && &B", "…", "Ss",
    ]  # fmt: skip


def test_texts_are_plain_words():
    assert plain("&Open “A && B”…") == "Open “A & B”"


def test_the_way_through_submenus_is_known(qtbot):
    bar = QMenuBar()
    qtbot.addWidget(bar)
    outer = bar.addMenu("&View")
    inner = outer.addMenu("&Theme")
    inner.addSeparator()
    inner.addAction("&Dark")
    assert [(e.path, e.text) for e in menu_entries(bar)] == [(("View", "Theme"), "Dark")]
