"""Curvature and report in the window, by the real engine: from the dialog to the numbers."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest
from support.real_window import WAIT, click, run_to_the_end, surface_of

from landscape_gui.engine.events import HessianProgress
from landscape_gui.figures.report.document import with_error
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.ui.dialogs.hessian import HessianDialog


def dialog_of(window) -> HessianDialog:
    window.main.menus.curvature.emit()
    return window.main.findChildren(HessianDialog)[-1]


def test_curvature_from_the_menu_to_the_facts_and_the_report(window, watch, qtbot, runs, tmp_path):
    file = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(runs.first, 5), file)
    dialog = dialog_of(window)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    assert dialog.train.count == 8, "the examples of the surface"
    dialog.steps.setValue(6)
    dialog.probes.setValue(3)
    assert "up to 35 products" in dialog.problem.text()
    click(dialog.start)
    job = window.jobs.jobs[-1]
    qtbot.waitUntil(lambda: not job.active and not window.session.loading, timeout=WAIT)
    assert job.status == "complete", job.messages
    assert job.unit == "products"
    assert job.file == file
    told = watch.of(HessianProgress)
    assert told[-1].done == told[-1].total == 35
    assert "35 of 35 products" in window.main.jobs_panel.status.text()

    record = read_landscape(file).hessian
    assert record is not None
    assert record.status == "complete"
    assert record.probes == 3
    assert record.regions == ("", "low", "middle", "high")
    assert np.isfinite(record.curvatures).all()
    facts = dict(window.main.facts_panel.facts())
    largest = with_error(*record.largest[0].tolist())
    assert facts["λ max"] == largest

    window.main.menus.report.emit()
    report = window.around.report.window
    qtbot.waitUntil(lambda: not report.making, timeout=WAIT)
    text = report.page.toPlainText()
    for words in ("largest eigenvalue", largest, "Lanczos steps", "low"):
        assert words in text
    report.close()
    # Asked for once more, nothing is measured again.
    watch.events.clear()
    dialog = dialog_of(window)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    dialog.steps.setValue(6)
    dialog.probes.setValue(3)
    assert "holds just this" in dialog.problem.text()
    dialog.reject()


def test_a_cancelled_curvature_goes_on(window, watch, qtbot, runs, tmp_path):
    file = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(runs.first, 3), file)
    dialog = dialog_of(window)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    dialog.probes.setValue(400)
    click(dialog.start)
    job = window.jobs.jobs[-1]
    qtbot.waitUntil(lambda: len(watch.of(HessianProgress)) > 20, timeout=WAIT)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: not job.active and not window.session.loading, timeout=WAIT)
    assert job.status == "cancelled"
    record = read_landscape(file).hessian
    assert record.status == "incomplete"
    kept = record.probes
    assert 0 < kept < 400
    assert window.session.model.hessian is not None, "what was found is shown"
    dialog = dialog_of(window)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    dialog.probes.setValue(400)
    assert "is continued" in dialog.problem.text()
    dialog.reject()
    assert read_landscape(file).hessian.probes == kept


@pytest.mark.parametrize("moved", [True, False])
def test_a_run_directory_that_has_moved(window, watch, qtbot, runs, tmp_path, moved):
    run = dataclasses.replace(runs.first, path=tmp_path / "run")
    shutil.copytree(runs.first.path, run.path)
    file = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(run, 3), file)
    before = read_landscape(file).surfaces["full-random0"].values["train_loss"]
    run.path.rename(tmp_path / "elsewhere")
    dialog = dialog_of(window)
    assert "it may have moved" in dialog.facts.text()
    assert not dialog.start.isEnabled()
    dialog.run_field.path = tmp_path / "elsewhere" if moved else runs.second.path
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    dialog.steps.setValue(2)
    dialog.probes.setValue(2)
    click(dialog.start)
    job = window.jobs.jobs[-1]
    qtbot.waitUntil(lambda: not job.active and not window.session.loading, timeout=WAIT)
    record = read_landscape(file)
    assert np.array_equal(record.surfaces["full-random0"].values["train_loss"], before)
    if moved:
        assert job.status == "complete", job.messages
        assert record.hessian.status == "complete"
    else:
        # Another run's curvature does not get into the file, and it is said why.
        assert job.status == "failed"
        assert "another run" in job.failure.message
        assert record.hessian is None
