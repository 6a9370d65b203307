"""How a job ends, foreseen and not: nothing that was measured is lost."""

from __future__ import annotations

import os
import signal
from itertools import pairwise

import numpy as np
from support.real_window import WAIT, Watch, click, surface_of

from landscape_gui.engine.events import FileReady
from landscape_gui.specs import (
    METRICS,
)
from landscape_gui.store.landscape_file import read_landscape


def test_the_death_of_the_engine_costs_nothing(own_window, qtbot, runs, tmp_path):
    from landscape_gui.engine.jobs import run_job

    window, watch = own_window, Watch(own_window)
    spec, file = surface_of(runs.first, 15), tmp_path / "killed.landscape.h5"
    job = window.jobs.start(spec, file)
    qtbot.waitUntil(lambda: len(watch.points) >= 60, timeout=WAIT)
    os.kill(window.engine.pid, signal.SIGKILL)
    messages = window.main.messages
    qtbot.waitUntil(lambda: job.status == "failed", timeout=WAIT)
    assert 60 <= len(watch.points) < 225
    assert window.main.isVisible()
    assert messages.isVisible()
    assert "signal 9" in messages.message.text()
    assert str(file) in messages.hint.text()
    assert f"{len(watch.points)} of 225" in messages.hint.text()
    watch.assert_all_kept(file)

    assert window.main.jobs_panel.go_on.isVisible()
    click(window.main.jobs_panel.go_on)
    assert window.jobs.current is job
    qtbot.waitUntil(lambda: not job.active and not window.session.loading, timeout=WAIT)
    assert job.status == "complete"
    watch.assert_all_kept(file)
    whole = tmp_path / "whole.landscape.h5"
    for _ in run_job(spec, whole):
        pass
    (expected,) = read_landscape(whole).surfaces.values()
    (surface,) = read_landscape(file).surfaces.values()
    assert surface.status == "complete"
    np.testing.assert_array_equal(surface.order, expected.order)
    for metric in METRICS:
        np.testing.assert_allclose(
            surface.values[metric], expected.values[metric], rtol=1e-5, atol=1e-7
        )
        np.testing.assert_array_equal(window.session.plot.values[metric], surface.values[metric])
    assert {a.name for a in surface.anchors} == {a.name for a in expected.anchors}


def test_pause_holds_cancel_keeps_and_the_same_job_goes_on(window, watch, qtbot, runs, tmp_path):
    spec, file = surface_of(runs.first, 65), tmp_path / "a.landscape.h5"
    panel = window.main.jobs_panel
    job = window.jobs.start(spec, file)
    qtbot.waitUntil(lambda: len(watch.points) >= 10, timeout=WAIT)
    click(panel.pause)
    assert job.status == "paused"
    held = -1
    while held != len(watch.points):  # what was under way when pause was pressed
        held = len(watch.points)
        qtbot.wait(400)
    assert held < 65 * 65
    qtbot.wait(800)
    assert len(watch.points) == held
    assert panel.pause.text() == "Resume"
    assert panel.status.text().startswith("Paused")
    click(panel.pause)
    qtbot.waitUntil(lambda: len(watch.points) >= held + 10, timeout=WAIT)
    click(panel.cancel)
    qtbot.waitUntil(lambda: not job.active, timeout=WAIT)
    assert job.status == "cancelled"
    kept = len(watch.points)
    assert kept < 65 * 65
    watch.assert_all_kept(file)
    (surface,) = read_landscape(file).surfaces.values()
    assert surface.status == "incomplete"
    assert (surface.order >= 0).sum() == kept

    again = window.jobs.start(spec, file)
    qtbot.waitUntil(lambda: len(watch.points) >= kept + 10, timeout=WAIT)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: not again.active, timeout=WAIT)
    assert [event.done for event in watch.of(FileReady)] == [0, kept]
    orders = [point.order for point in watch.points]
    assert all(later == earlier + 1 for earlier, later in pairwise(orders))
    watch.assert_all_kept(file)


def test_the_queue_survives_the_death_of_the_engine(own_window, qtbot, runs, tmp_path):
    window, watch = own_window, Watch(own_window)
    first = window.jobs.start(surface_of(runs.first, 65), tmp_path / "a.landscape.h5")
    second = window.jobs.start(surface_of(runs.first, 3), tmp_path / "b.landscape.h5")
    qtbot.waitUntil(lambda: len(watch.points) >= 10, timeout=WAIT)
    pid = window.engine.pid
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: second.status == "complete", timeout=WAIT)
    assert first.status == "failed"
    assert "signal 9" in first.failure.message
    assert window.engine.pid != pid
    assert window.main.jobs_panel.queue_button.text() == "1 ended early"
    kept = read_landscape(tmp_path / "a.landscape.h5")
    assert kept.problems == ()
    done = int((next(iter(kept.surfaces.values())).order >= 0).sum())
    assert done >= 10
    qtbot.waitUntil(lambda: not window.session.loading, timeout=WAIT)
    window.jobs.continue_job(first)
    qtbot.waitUntil(lambda: first.done > done, timeout=WAIT)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: first.status == "cancelled", timeout=WAIT)
