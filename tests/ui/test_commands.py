"""Jobs on samples and on runs that have moved: said before a dialog is filled in for nothing."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog

from landscape_gui.engine.events import Failed
from landscape_gui.ui import samples
from landscape_gui.ui.dialogs.measurement import MeasurementDialog
from landscape_gui.ui.dialogs.rollback import RollbackDialog
from landscape_gui.ui.samples import REFUSED

WISHES = ["new_surface", "new_curve", "roll_back"]


def dialogs_of(window):
    kinds = (MeasurementDialog, RollbackDialog)
    return [dialog for kind in kinds for dialog in window.main.findChildren(kind)]


@pytest.mark.parametrize("wish", [*WISHES, "measure_curvature"])
def test_a_sample_is_refused_before_anything_is_asked(
    window, tmp_path, open_file, monkeypatch, wish
):
    monkeypatch.setattr(samples, "resource", lambda *parts: tmp_path)
    open_file(window, tmp_path / "a.landscape.h5")
    getattr(window.main.commands, wish)()
    assert window.main.messages.message.text() == REFUSED
    assert dialogs_of(window) == []


@pytest.mark.parametrize("wish", WISHES)
def test_a_run_that_moved_is_asked_for(
    window, tmp_path, open_file, monkeypatch, press_in_message_box, wish
):
    open_file(window, tmp_path / "a.landscape.h5")
    now = tmp_path / "moved"
    now.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(now))
    press_in_message_box("Choose directory…")
    getattr(window.main.commands, wish)()
    (dialog,) = dialogs_of(window)
    assert dialog.run == now
    assert dialog.out.path == window.session.model.path


@pytest.mark.parametrize("wish", WISHES)
def test_nobody_who_knows_where_it_is_ends_there(
    window, tmp_path, open_file, press_in_message_box, wish
):
    open_file(window, tmp_path / "a.landscape.h5")
    press_in_message_box("Cancel")
    getattr(window.main.commands, wish)()
    assert dialogs_of(window) == []


def test_a_run_that_cannot_be_read_is_not_rolled_back(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / "a.landscape.h5")
    dialog = RollbackDialog(window.session.model)
    qtbot.addWidget(dialog)
    assert dialog.start.isEnabled()
    dialog.show_description(Failed("It holds no checkpoints.", "Choose another."))
    assert not dialog.start.isEnabled()
    assert dialog.problem.text() == "It holds no checkpoints. Choose another."
