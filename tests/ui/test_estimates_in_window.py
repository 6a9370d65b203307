"""What the window says and shows of a surface that is measured in part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from estimated_landscape import NAME
from estimating_jobs import POINTS, coarse_points, estimated, measured, truth

from landscape_gui.engine.events import FileReady, Target
from landscape_gui.specs import RandomAxis, SurfaceSpec
from landscape_gui.ui.landscape_model import LivePlot

SPEC = SurfaceSpec(run=Path("run"), axis2=RandomAxis(), tolerance=0.01)
WAIT = 30_000


@pytest.fixture
def live(make_window, qtbot, tmp_path):
    """A window in which a job has given estimates and goes on."""
    window = make_window("estimating_jobs:adaptive_and_waiting")
    window.jobs.start(SPEC, tmp_path / "fresh.landscape.h5")
    path = (tmp_path / "fresh.landscape.h5").resolve()

    def ready() -> bool:
        model = window.session.landscapes.get(path)
        return model is not None and bool(model.plots["surface", NAME].sampled.any())

    qtbot.waitUntil(ready, timeout=WAIT)
    return window


def plot_of(window) -> LivePlot:
    plot = window.session.plot
    assert plot is not None
    return plot


def test_a_running_job_says_how_far_its_picture_is_right(live, qtbot):
    status = live.main.jobs_panel.status
    qtbot.waitUntil(lambda: "within 2.4 % of the range" in status.text(), timeout=WAIT)
    assert "of about 441 points" in status.text()
    subtitle = live.main.header.subtitle
    qtbot.waitUntil(lambda: "8.2 % measured" in subtitle.text(), timeout=WAIT)
    assert "within 2.4 % of the range" in subtitle.text()
    assert "95 %" in subtitle.toolTip()


def test_both_views_draw_the_estimates(live, qtbot):
    contour, surface = live.main.surface_page.contour, live.main.surface_page.surface
    qtbot.waitUntil(lambda: contour.plot.scene.bound is not None, timeout=WAIT)
    scene = contour.plot.scene
    expected = truth()["train_loss"] + 0.01
    assert scene.height[1, 1] == expected[1, 1]
    assert scene.height[4, 4] == truth()["train_loss"][4, 4]
    assert surface._canvas.picture.scene.bound is not None
    assert "estimated" in [row.text for row in contour.plot._legend_rows()]


def test_points_between_two_estimates_and_the_next_estimates(live, qtbot):
    session, path = live.session, live.session.selection.path
    target = Target(path, "surface", NAME)
    session.receive([measured(target, 1, 1, 40)])
    contour = live.main.surface_page.contour.plot
    qtbot.waitUntil(lambda: bool(contour.scene.measured[1, 1]), timeout=WAIT)
    assert contour.scene.height[1, 1] == truth()["train_loss"][1, 1]
    assert contour.scene.height[1, 2] == truth()["train_loss"][1, 2] + 0.01
    session.receive([estimated(target, off=0.003)])
    qtbot.waitUntil(
        lambda: contour.scene.height[1, 2] == truth()["train_loss"][1, 2] + 0.003, timeout=WAIT
    )
    assert contour.scene.height[1, 1] == truth()["train_loss"][1, 1], "measured stays measured"
    assert len(coarse_points()) + 1 == plot_of(live).done


def test_when_the_job_is_done_the_file_says_the_rest(make_window, qtbot, tmp_path):
    window = make_window("estimating_jobs:adaptive")
    window.jobs.start(SPEC, tmp_path / "estimated.landscape.h5")
    qtbot.waitUntil(lambda: window.jobs.jobs[0].status == "complete", timeout=WAIT)
    facts = window.main.facts_panel
    qtbot.waitUntil(
        lambda: not window.session.loading and "Within bound" in dict(facts.facts()), timeout=WAIT
    )
    assert dict(facts.facts())["Examples there"] == "24 of 512"
    assert "about" not in window.main.jobs_panel.status.text()


def test_an_opened_file_shows_its_estimates(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / "estimated.landscape.h5")
    scene = window.main.surface_page.contour.plot.scene
    plot = plot_of(window)
    hidden = ~plot.measured
    np.testing.assert_array_equal(scene.height[hidden], plot.estimates["train_loss"][hidden])
    assert "within 0.9 % of the range" in window.main.header.subtitle.text()
    page = window.main.surface_page
    texts = {}
    for kind in ("measured", "sampled", "estimated"):
        j, i = next(p for p in np.ndindex(scene.height.shape) if scene.kind(*p) == kind)
        page.contour.set_cursor((float(scene.alpha[i]), float(scene.beta[j])))
        texts[kind] = page.contour.read_out.text()
    assert "standard error" in texts["measured"]
    assert "24 of 512 examples, rest estimated ±" in texts["sampled"]
    assert "estimated ±" in texts["estimated"]
    assert "measured" not in texts["estimated"] + texts["sampled"]


def test_estimates_of_a_job_whose_file_is_being_read_are_not_lost(window, tmp_path, qtbot):
    path = (tmp_path / "fresh.landscape.h5").resolve()
    target = Target(path, "surface", NAME)
    window.session.receive(
        [FileReady(target, 0, POINTS**2), measured(target, 0, 0, 1), estimated(target)]
    )
    qtbot.waitUntil(lambda: path in window.session.landscapes, timeout=WAIT)
    assert plot_of(window).estimated
