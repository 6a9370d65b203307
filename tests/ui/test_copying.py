"""Copies of landscape files; samples are looked at and never written into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from landscape_gui.specs import LatticeSpec
from landscape_gui.ui import samples
from landscape_gui.ui.samples import REFUSED, is_sample
from landscape_gui.ui.session import Selection


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the program finds its samples."""
    place = tmp_path / "resources" / "samples"
    place.mkdir(parents=True)
    (place / "a.landscape.h5").write_bytes(b"the sample")
    monkeypatch.setattr(samples, "resource", lambda *parts: place)
    return place


@pytest.fixture
def shown(window, folder, open_file):
    open_file(window, folder / "a.landscape.h5")
    return window


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_a_sample_is_told_by_where_it_lies(folder, tmp_path, monkeypatch):
    assert is_sample(folder / "a.landscape.h5")
    assert is_sample(folder / ".." / "samples" / "new.landscape.h5")
    assert not is_sample(tmp_path / "a.landscape.h5")

    def missing(*parts):
        raise FileNotFoundError

    monkeypatch.setattr(samples, "resource", missing)
    assert not is_sample(folder / "a.landscape.h5")


def test_what_cannot_be_measured_is_not_offered(shown, window, tmp_path, open_file):
    layers = window.main.layers_panel
    assert set(layers.rows) > {""}
    assert layers.computes == {}
    own = tmp_path / "own.landscape.h5"
    shutil.copy(shown.session.model.path, own)
    open_file(window, own)
    assert "middle" in layers.computes


def test_nothing_is_measured_into_a_sample_and_that_is_said(shown, folder, qtbot):
    before = contents(folder)
    main = shown.main
    main.commands.compute_group("low")
    assert main.messages.message.text() == REFUSED
    assert "Save a copy" in main.messages.hint.text()
    main.commands.measure_finer(LatticeSpec(alpha_range=(0, 1), beta_range=(0, 1)))
    main.commands.measure_rollback_table()
    # A combination that is not measured is asked for by choosing it.
    model = shown.session.model
    shown.session.select(Selection(model.path, "surface", "full-random0"))
    shown.session.set_rolled_back("low", True)
    assert main.rollback.state in ("unknown", "measured")
    assert main.jobs.jobs == []
    assert contents(folder) == before


def test_a_copy_of_a_sample_is_opened_and_can_be_measured_into(
    shown, folder, tmp_path, monkeypatch, qtbot
):
    asked = []

    def answer(parent, title, proposed, filters):
        asked.append(proposed)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    with qtbot.waitSignal(shown.around.copying.written) as done:
        shown.around.copying.action.trigger()
    copy = tmp_path / "mine.landscape.h5"
    assert done.args == [copy]
    assert asked[0].endswith("a.landscape.h5")
    assert copy.read_bytes() == b"the sample"
    qtbot.waitUntil(lambda: copy.resolve() in shown.session.landscapes)
    shown.session.select(Selection(copy.resolve(), "surface", "full-random0"))
    shown.main.commands.compute_group("low")
    assert len(shown.main.jobs.jobs) == 1


def test_a_copy_replaces_no_sample_and_nothing_that_is_open(shown, folder, tmp_path, qtbot):
    before = contents(folder)
    for path in (folder / "a.landscape.h5", folder / "b.landscape.h5"):
        shown.around.copying.copy_to(path)
        assert "cannot be replaced" in shown.main.messages.message.text()
    assert contents(folder) == before
    shown.around.copying.copy_to(tmp_path / "none" / "b.landscape.h5")
    qtbot.waitUntil(lambda: "does not exist" in shown.main.messages.message.text())


def test_without_a_landscape_there_is_nothing_to_copy(window):
    assert not window.around.copying.action.isEnabled()
