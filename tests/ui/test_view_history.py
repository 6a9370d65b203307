"""Undo and redo of how things are shown."""

from __future__ import annotations

import pytest

from landscape_gui.ui.scene import Limits
from landscape_gui.ui.session import Selection
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera


@pytest.fixture
def shown(window, tmp_path, open_file, qtbot):
    """A window with two landscapes and a fresh history."""
    open_file(window, tmp_path / "a.landscape.h5")
    open_file(window, tmp_path / "b.landscape.h5")
    qtbot.wait(20)
    window.around.history.forget()
    return window


def undo(window) -> None:
    window.around.history.undo_action.trigger()


def redo(window) -> None:
    window.around.history.redo_action.trigger()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("metric", "dev_error", "metric"),
        ("color_map", "cividis", "colour map"),
        ("projection", "pca", "projection"),
        ("lift", "measured", "height of the trajectory"),
        ("show_trajectory", False, "trajectory"),
        ("measured_dots", "on", "measured points"),
        ("value_scale", "log", "scale"),
        ("fill", "bands", "contour fill"),
        ("contour_lines", False, "contour lines"),
        ("floor_lines", True, "contour lines on the floor"),
        ("comparing", True, "page"),
    ],
)
def test_every_choice_can_be_taken_back_and_made_again(shown, qtbot, name, value, words):
    before = getattr(shown.session, name)
    assert before != value
    setattr(shown.session, name, value)
    action = shown.around.history.undo_action
    qtbot.waitUntil(action.isEnabled)
    assert action.text() == f"&Undo {words}"
    undo(shown)
    assert getattr(shown.session, name) == before
    assert not action.isEnabled()
    redo(shown)
    assert getattr(shown.session, name) == value


def test_the_way_back_through_selections_crosses_files(shown, qtbot):
    session = shown.session
    first, second = session.landscapes
    for selection in (
        Selection(first, "surface", "low-random0"),
        Selection(first, "history"),
        Selection(second, "curve", "full"),
    ):
        session.select(selection)
        qtbot.wait(5)
    seen = []
    while shown.around.history.undo_action.isEnabled():
        undo(shown)
        seen.append((session.selection.path, session.selection.kind, session.selection.name))
    assert seen == [
        (first, "history", ""),
        (first, "surface", "low-random0"),
        (second, "surface", "full-random0"),
    ]


def test_rollback_is_taken_back_and_its_star_moves(shown, qtbot):
    panel = shown.main.layers_panel
    panel.shows["low"].click()
    qtbot.wait(5)
    panel.toggles["low"].click()
    qtbot.wait(5)
    assert shown.session.rollback == {"low"}
    undo(shown)
    assert shown.session.rollback == frozenset()
    assert not panel.toggles["low"].isChecked()
    redo(shown)
    assert shown.session.rollback == {"low"}
    markers = shown.main.surface_page.contour.plot.markers
    assert [(m.alpha, m.beta) for m in markers if m.kind == "rolled_back"] == [(-1.0, 0.0)]


def test_dragged_limits_are_one_step(shown, qtbot):
    session = shown.session
    for high in (1.0, 1.1, 1.2, 1.3):
        session.set_manual_limits(Limits(0.2, high))
        qtbot.wait(5)
    shown.around.history.settle()
    undo(shown)
    assert session.manual_limits is None
    redo(shown)
    assert session.manual_limits == Limits(0.2, 1.3)


def test_turning_is_one_step_after_a_pause(shown, qtbot):
    view = shown.main.surface_page.surface
    start = view.camera()
    for azimuth in range(10):
        view.set_camera(Camera(azimuth=10.0 * azimuth))
    action = shown.around.history.undo_action
    assert not action.isEnabled(), "the mouse has not rested yet"
    qtbot.waitUntil(action.isEnabled, timeout=5000)
    view.set_camera(VIEWPOINTS["top"])
    undo(shown)
    assert view.camera() == Camera(azimuth=90.0)
    undo(shown)
    assert view.camera() == start
    redo(shown)
    redo(shown)
    assert view.camera() == VIEWPOINTS["top"]


def test_a_new_choice_ends_what_could_be_made_again(shown, qtbot):
    shown.session.color_map = "magma"
    qtbot.wait(5)
    undo(shown)
    shown.session.metric = "dev_loss"
    qtbot.waitUntil(lambda: not shown.around.history.redo_action.isEnabled())
    redo(shown)
    assert shown.session.color_map == "viridis"


def test_steps_about_a_closed_file_are_passed_over(shown, qtbot):
    session = shown.session
    first, second = session.landscapes
    session.color_map = "magma"
    qtbot.wait(5)
    session.select(Selection(first, "history"))
    qtbot.wait(5)
    session.select(Selection(second, "history"))
    qtbot.wait(5)
    session.close_file(first)
    undo(shown)  # to the history of the closed file: not possible
    assert session.selection == Selection(second, "surface", "full-random0")
    undo(shown)
    assert session.color_map == "viridis"
    assert not shown.around.history.undo_action.isEnabled()


def test_closing_a_file_is_no_step(shown, qtbot):
    shown.session.close_file(next(iter(shown.session.landscapes)))
    qtbot.wait(20)
    assert not shown.around.history.undo_action.isEnabled()


def test_measurements_are_never_taken_back(shown, qtbot):
    from landscape_gui.engine.events import Measurement, RollbackMeasured

    session = shown.session
    session.color_map = "magma"
    qtbot.wait(5)
    names = ("low", "high")
    event = RollbackMeasured(session.model.path, names, Measurement({"dev_error": 0.4}), 1, 1)
    session.receive([event])
    undo(shown)
    assert session.model.rollback.measured[frozenset(names)].values["dev_error"] == 0.4


def test_the_menu_says_what_is_taken_back(shown, qtbot):
    history = shown.around.history
    assert history.undo_action.text() == "&Undo"
    shown.session.metric = "dev_loss"
    qtbot.waitUntil(history.undo_action.isEnabled)
    assert history.undo_action.text() == "&Undo metric"
    undo(shown)
    assert history.redo_action.text() == "&Redo metric"


def test_zooming_the_map_is_taken_back(shown, qtbot):
    plot = shown.main.surface_page.contour.plot
    for factor in (0.5, 0.5):
        plot._zoom(factor, plot.plot_rect.center())
    qtbot.waitUntil(shown.around.history.undo_action.isEnabled)
    undo(shown)
    assert plot.at_home()
    redo(shown)
    assert plot.shown.width == pytest.approx(plot.home.width / 4)


def test_another_surface_seen_whole_is_one_step(shown, qtbot):
    plot, session = shown.main.surface_page.contour.plot, shown.session
    plot._zoom(0.5, plot.plot_rect.center())
    shown.around.history.settle()
    zoomed = plot.view
    session.select(Selection(session.selection.path, "surface", "low-random0"))
    plot.set_view(None)  # as where the other surface covers another part of its plane
    qtbot.wait(5)
    undo(shown)
    assert (session.selection.name, plot.view) == ("full-random0", zoomed)
