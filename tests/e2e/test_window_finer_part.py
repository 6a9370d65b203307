"""A finer part of a surface, measured through the window."""

from __future__ import annotations

from support.real_window import WAIT, run_to_the_end, surface_of

from landscape_gui.specs import LatticeSpec
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.ui.views.ticks import format_value


def test_a_finer_part_is_interrupted_continued_and_there_when_the_file_is_opened_again(
    window, watch, runs, tmp_path, qtbot
):
    out = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(runs.first, 9), out)
    session, whole = window.session, window.session.plot
    assert whole.seconds_per_point is not None
    lattice = LatticeSpec(
        alpha_range=(0.0, 2.0), beta_range=(-1.0, 1.0), alpha_points=33, beta_points=33
    )
    watch.events.clear()
    window.main.commands.measure_finer(lattice)
    job = window.jobs.jobs[-1]
    qtbot.waitUntil(lambda: len(watch.points) > 5, timeout=WAIT)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: job.status == "cancelled", timeout=WAIT)
    qtbot.waitUntil(lambda: not session.loading, timeout=WAIT)
    assert session.selection.name == whole.name
    half = session.parts[0]
    assert 9 < half.done < half.total

    window.jobs.continue_job(job)
    qtbot.waitUntil(lambda: job.status == "complete", timeout=WAIT)
    watch.assert_all_kept(out)
    session.close_file(out)
    session.open_file(out)
    qtbot.waitUntil(lambda: bool(session.parts), timeout=WAIT)
    part = session.parts[0]
    assert part.done == part.total
    stored = read_landscape(out).surfaces[part.name]
    page = window.main.surface_page
    page.contour.set_cursor((float(part.alpha[5]), float(part.beta[7])))
    assert format_value(float(stored.values["train_loss"][7, 5])) in page.contour.read_out.text()
