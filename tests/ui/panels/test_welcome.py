from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QBoxLayout

from landscape_gui.ui.panels.welcome import WIDE, WelcomePanel
from landscape_gui.ui.recent_files import FileFacts
from landscape_gui.ui.samples import Sample
from landscape_gui.ui.settings import RecentFile

LONG = "roberta-large-fine-tuned-on-everything-there-is-with-a-very-long-name-" * 3


@pytest.fixture
def make(qtbot):
    def make_(samples=()):
        panel = WelcomePanel(samples)
        qtbot.addWidget(panel)
        panel.resize(1200, 800)
        panel.show()
        return panel

    return make_


def test_without_samples_and_files_there_is_only_the_card(make):
    panel = make()
    assert not panel.lists.isVisible()
    assert panel.file_button.isVisible()


def test_samples_are_opened_by_a_press(make, qtbot):
    sample = Sample(Path("/s/mrpc.landscape.h5"), "BERT on MRPC", "Wide along δ1")
    panel = make([sample])
    assert panel.samples.isVisible()
    rows = panel.samples.findChildren(type(panel.demo_button))
    row = next(r for r in rows if "BERT on MRPC" in r.accessibleName())
    with qtbot.waitSignal(panel.open_recent) as opened:
        row.click()
    assert opened.args == [sample.path]


def test_recent_files_are_opened_and_taken_off(make, qtbot):
    panel = make()
    path = Path("/d/x.landscape.h5")
    panel.set_recent([FileFacts(RecentFile(path, "bert", "mrpc"), 1000, 0.0)])
    assert panel.lists.isVisible()
    with qtbot.waitSignal(panel.open_recent) as opened:
        panel.rows[0].open_button.click()
    with qtbot.waitSignal(panel.remove_recent) as removed:
        panel.rows[0].remove_button.click()
    assert opened.args == removed.args == [path]


def test_long_names_are_cut_and_wholly_in_the_tool_tip(make):
    panel = make()
    panel.set_recent([FileFacts(RecentFile(Path(f"/d/{LONG}.h5"), LONG, "mrpc"))])
    row = panel.rows[0].open_button
    assert row.width() < 500
    assert "…" in row.title.shown_text()
    assert LONG in row.toolTip()
    assert row.title.toolTip() == LONG


@pytest.mark.parametrize(("width", "beside"), [(WIDE + 60, True), (700, False), (400, False)])
def test_lists_go_below_the_card_where_it_is_narrow(make, qtbot, width, beside):
    panel = make([Sample(Path("/a.h5"), "A")])
    panel.resize(width, 600)
    way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    qtbot.waitUntil(lambda: panel._parts.direction() == way)


def test_the_keyboard_stays_in_the_list_when_a_file_is_taken_off(make, qtbot):
    panel = make()
    panel.activateWindow()
    facts = [FileFacts(RecentFile(Path(f"/{n}.h5"), n)) for n in "abc"]
    panel.set_recent(facts)
    panel.rows[1].remove_button.setFocus()
    if not panel.rows[1].remove_button.hasFocus():
        pytest.skip("this display gives no window the focus")
    panel.set_recent([facts[0], facts[2]])
    assert panel.rows[1].remove_button.hasFocus()


def test_both_lines_of_a_row_are_seen(make, qtbot):
    panel = make([Sample(Path("/a.h5"), "A", "What it is")])
    panel.set_recent([FileFacts(RecentFile(Path("/x.h5"), "x", "mrpc"), 1000, 0.0)])
    row = panel.rows[0].open_button
    qtbot.waitUntil(lambda: row.height() >= row.sizeHint().height())
    title, details = row.title.geometry(), row.details.geometry()
    assert title.bottom() < details.top()
    assert details.bottom() <= row.height()
