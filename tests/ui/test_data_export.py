from __future__ import annotations

import csv

import pytest
from PySide6.QtWidgets import QFileDialog

from landscape_gui.ui import data_export
from landscape_gui.ui.session import Selection


@pytest.fixture
def shown(window, tmp_path, open_file, monkeypatch):
    reader = window.session._loader._reader
    monkeypatch.setattr(data_export, "read_landscape", reader)
    open_file(window, tmp_path / "a.landscape.h5")
    return window


def choose(monkeypatch, path, chosen=""):
    asked = []

    def answer(parent, title, suggestion, filters):
        asked.append((suggestion, filters))
        return str(path), chosen

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return asked


def test_a_page_begins_with_what_is_on_screen(shown, tmp_path, monkeypatch, qtbot):
    asked = choose(monkeypatch, tmp_path / "out")
    shown.session.select(Selection(shown.session.model.path, "surface", "high-random0"))
    shown.session.metric = "dev_error"
    with qtbot.waitSignal(shown.around.data_export.written) as done:
        shown.around.data_export.action.trigger()
    assert done.args == [tmp_path / "out.html"]
    assert asked[0][0].endswith("a.html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert '"first":{"surface":"high-random0","metric":"dev_error"}' in page


def test_a_table_is_of_all_surfaces(shown, tmp_path, monkeypatch, qtbot):
    choose(monkeypatch, tmp_path / "t.csv")
    with qtbot.waitSignal(shown.around.data_export.written):
        shown.around.data_export.action.trigger()
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    names = {row["name"] for row in csv.DictReader(lines)}
    assert {"full-random0", "low-random0", "high-random0"} <= names


def test_what_went_wrong_is_said(shown, tmp_path, monkeypatch, qtbot):
    choose(monkeypatch, tmp_path / "no" / "t.npz")
    shown.around.data_export.action.trigger()
    qtbot.waitUntil(lambda: "does not exist" in shown.main.messages.message.text())


def test_without_a_landscape_there_is_nothing_to_export(window):
    assert not window.around.data_export.action.isEnabled()
