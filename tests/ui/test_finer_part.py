"""What is offered where a map is zoomed, and what comes of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from landscape_gui.engine.events import Measurement, PointMeasured, Target
from landscape_gui.specs import LatticeSpec, SurfaceSpec
from landscape_gui.ui.finer_part import finer_parts, usual
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.views.ticks import format_value

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import synthetic_landscape


@pytest.fixture
def plot() -> LivePlot:
    return LivePlot.of(synthetic_landscape.surface(points=41))


def test_a_part_begins_and_ends_at_points_that_are_there(plot):
    for part in finer_parts(plot, [], (0.31, 1.5), (-0.5, 0.29)):
        lattice = part.lattice
        assert lattice.alpha_range == pytest.approx((0.2, 1.6))
        assert lattice.beta_range == pytest.approx((-0.6, 0.4))
        assert lattice.alpha_points == 7 * part.factor + 1
        assert lattice.beta_points == 5 * part.factor + 1
        assert set(lattice.alpha_range) <= set(plot.alpha.tolist())


def test_no_part_is_offered_that_is_finer_than_numbers(plot):
    ulp = np.spacing(1.0)
    plot.alpha = 1.0 + 3 * ulp * np.arange(41)
    found = finer_parts(plot, [], (1.0, 2.0), (-4.0, 4.0))
    assert [part.factor for part in found] == [2]


def test_its_cost_counts_new_points_at_the_surfaces_own_pace(plot):
    choices = finer_parts(plot, [], (0.2, 1.6), (-0.6, 0.4))
    assert [choice.factor for choice in choices] == [2, 4, 8]
    assert choices[0].points == 15 * 11 - 8 * 6
    assert choices[0].seconds is None
    plot.notes["seconds_per_point"] = 0.5
    again = finer_parts(plot, [], (0.2, 1.6), (-0.6, 0.4))
    assert again[0].seconds == 0.5 * (15 * 11 - 8 * 6)
    assert usual(again).factor == 4


def test_without_a_stored_pace_that_of_the_last_point_counts(plot):
    plot.apply(
        PointMeasured(
            Target(Path("x"), "surface", plot.name),
            *(0, 0, -4.0, -4.0, 0),
            Measurement({"train_loss": 1.0}, seconds=0.25),
            1,
            1681,
        )
    )
    assert plot.seconds_per_point == 0.25


def test_within_a_part_the_next_one_is_finer_still(plot):
    spec = SurfaceSpec.model_validate(plot.spec)
    lattice = LatticeSpec(
        alpha_range=(0.0, 2.0), beta_range=(-1.0, 1.0), alpha_points=41, beta_points=41
    )
    part = LivePlot.of(synthetic_landscape.part(spec.part(plot.name, lattice), measured=True))
    inside = finer_parts(plot, [part], (0.5, 0.7), (0.0, 0.2))[0]
    assert inside.lattice.alpha_points == 2 * 4 + 1
    beyond = finer_parts(plot, [part], (1.9, 2.1), (0.0, 0.2))[0]
    assert beyond.lattice.alpha_range == pytest.approx((1.8, 2.2))
    assert beyond.lattice.alpha_points == 2 * 2 + 1


def test_beyond_the_surface_there_is_nothing_to_measure(plot):
    assert finer_parts(plot, [], (4.5, 5.0), (0.0, 1.0)) == []
    lattice = finer_parts(plot, [], (3.5, 9.0), (0.0, 1.0))[0].lattice
    assert lattice.alpha_range[1] == 4.0


def test_a_part_is_no_surface_of_its_own_unless_its_surface_is_lost(plot):
    whole = synthetic_landscape.landscape()
    name = next(iter(whole.surfaces))
    spec = SurfaceSpec.model_validate(whole.surfaces[name].spec)
    lattice = LatticeSpec(alpha_range=(0, 1), beta_range=(0, 1), alpha_points=21, beta_points=21)
    part = synthetic_landscape.part(spec.part(name, lattice))
    whole.surfaces[part.name] = part
    model = LandscapeModel.of(whole)
    assert ("surface", part.name) not in model.plots
    assert [p.name for p in model.parts_of(model.plots["surface", name])] == [part.name]
    del whole.surfaces[name]
    assert ("surface", part.name) in LandscapeModel.of(whole).plots


# -- in the window -----------------------------------------------------------------------------


def zoom(window, left: float, right: float, bottom: float, top: float) -> None:
    plot = window.main.surface_page.contour.plot
    (x0, y0), (x1, y1) = plot.to_pixels(np.array([left, right]), np.array([top, bottom]))
    plot.zoom_to(QRectF(x0, y0, x1 - x0, y1 - y0))


def offered(window):
    return window.main.surface_page.finer_offer.bar


def test_zooming_in_offers_finer_points_with_their_cost(window, open_file, tmp_path, qtbot):
    open_file(window, tmp_path / "a.landscape.h5")
    assert not offered(window).isVisible()
    window.session.plot.notes["seconds_per_point"] = 2.0
    zoom(window, -0.5, 1.8, -1.0, 1.0)
    qtbot.waitUntil(lambda: offered(window).isVisible())
    points = usual(offered(window).choices).points
    assert f"{points:,} new points" in offered(window).measure.toolTip()
    assert "about" in offered(window).words.text()
    window.main.surface_page.contour.reset_view()
    assert not offered(window).isVisible()


def test_what_is_under_the_pointer_comes_before_the_cost(window, open_file, tmp_path, qtbot):
    window.main.resize(1440, 850)
    open_file(window, tmp_path / "a.landscape.h5")
    window.session.plot.notes["seconds_per_point"] = 2.0
    contour, words = window.main.surface_page.contour, offered(window).words
    zoom(window, -0.5, 1.8, -1.0, 1.0)
    qtbot.waitUntil(lambda: offered(window).isVisible())
    assert "new points, about" in words.text()
    contour.set_cursor((1.0, 0.0))
    assert "new points" not in words.text()
    qtbot.waitUntil(lambda: contour.read_out.width() >= contour.read_out.wanted_width())
    contour.set_cursor(None)
    assert "new points, about" in words.text()


def test_one_click_measures_the_part_and_it_joins_the_picture(
    make_window, open_file, tmp_path, qtbot
):
    window = make_window("part")
    path = open_file(window, tmp_path / "a.landscape.h5")
    page, session = window.main.surface_page, window.session
    zoom(window, -0.5, 1.8, -1.0, 1.0)
    qtbot.waitUntil(lambda: offered(window).isVisible())
    shown, before = page.contour.plot.shown, page.contour.grab_image()
    listed = len(window.main.landscapes_panel._items())
    qtbot.mouseClick(offered(window).measure, Qt.MouseButton.LeftButton)
    job = window.jobs.jobs[-1]
    assert job.spec.part_of == session.plot.name
    assert job.out == path
    qtbot.waitUntil(lambda: job.status == "complete", timeout=60_000)
    qtbot.waitUntil(lambda: bool(session.parts) and session.parts[0].complete)
    assert session.selection.name == job.spec.part_of, "the surface itself is looked at"
    assert page.contour.plot.shown == shown, "the view stays zoomed"
    assert len(window.main.landscapes_panel._items()) == listed
    qtbot.waitUntil(lambda: page.contour.grab_image() != before)

    part = session.parts[0]
    j, i = 3, 5
    qtbot.waitUntil(lambda: len(page.contour.plot.scene.parts) == 1)
    page.contour.set_cursor((float(part.alpha[i]), float(part.beta[j])))
    text = page.contour.read_out.text()
    assert format_value(float(part.values["train_loss"][j, i])) in text
    assert "measured" in text


def test_colours_can_be_spread_over_what_is_seen(window, open_file, tmp_path):
    open_file(window, tmp_path / "a.landscape.h5")
    zoom(window, 0.4, 1.6, -0.5, 0.5)
    before = window.main.surface_page.contour.grab_image()
    window.main.menus.fit_colors_action.trigger()
    limits = window.session.manual_limits
    assert limits is not None
    assert limits.high < 0.5
    assert window.main.surface_page.contour.grab_image() != before


def test_colours_are_not_spread_over_a_map_that_is_not_seen(window, open_file, tmp_path):
    """Hidden, the map is still of the metric that was drawn before."""
    open_file(window, tmp_path / "a.landscape.h5")
    menus, session = window.main.menus, window.session
    assert menus.fit_colors_action.isEnabled()
    for page in ("curve", "history", "compare"):
        menus.page_actions[page].trigger()
        session.metric = "dev_error"
        assert not menus.fit_colors_action.isEnabled(), page
        window.main.surface_page.fit_colors()
        assert session.limits_by_metric == (), page
        session.metric = "train_loss"
    menus.page_actions["surface"].trigger()
    session.metric = "dev_error"
    menus.fit_colors_action.trigger()
    limits = session.manual_limits
    assert limits is not None
    assert 0.0 <= limits.low < limits.high <= 1.0


def test_colours_are_not_spread_beside_a_trajectory_on_axes_of_its_own(window, open_file, tmp_path):
    open_file(window, tmp_path / "a.landscape.h5")
    window.session.projection = "pca"
    window.main.surface_page.fit_colors()
    assert window.session.limits_by_metric == ()


def test_a_rectangle_drawn_with_shift_or_the_right_button_is_zoomed_into(
    window, open_file, tmp_path, qtbot
):
    open_file(window, tmp_path / "a.landscape.h5")
    plot = window.main.surface_page.contour.plot
    for button, modifier in (
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
    ):
        corners = plot.to_pixels(np.array([0.0, 2.0]), np.array([1.0, -1.0]))
        first, last = (QPoint(round(x), round(y)) for x, y in corners)
        qtbot.mousePress(plot, button, modifier, first)
        qtbot.mouseMove(plot, last)
        assert plot.at_home()
        qtbot.mouseRelease(plot, button, modifier, last)
        assert (plot.shown.left, plot.shown.right) == pytest.approx((0.0, 2.0), abs=0.05)
        assert (plot.shown.bottom, plot.shown.top) == pytest.approx((-1.0, 1.0), abs=0.05)
        plot.reset_view()


def test_escape_gives_a_rectangle_up(window, open_file, tmp_path, qtbot):
    open_file(window, tmp_path / "a.landscape.h5")
    plot = window.main.surface_page.contour.plot
    center = plot.plot_rect.center().toPoint()
    qtbot.mousePress(plot, Qt.MouseButton.RightButton, pos=center)
    qtbot.mouseMove(plot, center + QPoint(40, 40))
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    qtbot.mouseRelease(plot, Qt.MouseButton.RightButton, pos=center + QPoint(40, 40))
    assert plot.at_home()
