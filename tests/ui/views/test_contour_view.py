from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from landscape_gui.ui.scene import AxisTitles, Limits, Marker, SurfaceScene
from landscape_gui.ui.theme import DARK
from landscape_gui.ui.views.contour_view import ContourView
from landscape_gui.ui.views.ticks import format_value

from .conftest import make_estimated, make_scene, pixels

MARKERS = (
    Marker("start", "start", 0.0, 0.0, 0.69),
    Marker("end", "fine-tuned", 1.0, 0.0, float("nan")),
    Marker("rolled_back", "low rolled back", -1.0, 0.0, 0.5),
)


@pytest.fixture
def view(qtbot, scene) -> ContourView:
    view = ContourView()
    qtbot.addWidget(view)
    view.resize(640, 560)
    view.set_limits(Limits(0.4, 4.0))
    view.set_scene(scene)
    view.show()
    return view


def pixel_of(view: ContourView, alpha: float, beta: float) -> QPoint:
    x, y = view.plot.to_pixels(np.array([alpha]), np.array([beta]))[0]
    return QPoint(round(x), round(y))


def hover(qtbot, view: ContourView, alpha: float, beta: float) -> None:
    qtbot.mouseMove(view.plot, pixel_of(view, alpha, beta))


SETTERS = {
    "estimates": lambda v, t: v.set_scene(make_estimated()),
    "scene": lambda v, t: v.set_scene(make_scene(11, step=1.0)),
    "no scene": lambda v, t: v.set_scene(None),
    "limits": lambda v, t: v.set_limits(Limits(0.0, 8.0)),
    "color map": lambda v, t: v.set_color_map("magma"),
    "markers": lambda v, t: v.set_markers(MARKERS),
    "trajectory": lambda v, t: v.set_trajectory(t),
    "cursor": lambda v, t: v.set_cursor((0.5, 0.5)),
    "dots": lambda v, t: v.set_measured_dots("on"),
    "fill in bands": lambda v, t: v.set_fill("bands"),
    "fill in cells": lambda v, t: v.set_fill("cells"),
    "no lines": lambda v, t: v.set_lines(False),
    "scale": lambda v, t: v.set_scene(replace(make_scene(), scale="log")),
    "theme": lambda v, t: v.set_theme(DARK),
}


@pytest.mark.parametrize("name", SETTERS)
def test_every_setter_shows(view, look, trajectory, name):
    before = look(view)
    SETTERS[name](view, trajectory)
    assert np.any(look(view) != before)


def test_repeating_a_setter_changes_nothing(view, look, trajectory):
    view.set_markers(MARKERS)
    view.set_trajectory(trajectory)
    before = look(view)
    view.set_scene(make_scene())
    view.set_limits(Limits(0.4, 4.0))
    view.set_markers(MARKERS)
    view.set_trajectory(trajectory)
    assert np.array_equal(look(view), before)


def test_the_read_out_is_the_scenes_value(view, scene, qtbot):
    j, i = 7, 3
    hover(qtbot, view, scene.alpha[i], scene.beta[j])
    text = view.read_out.text()
    assert format_value(float(scene.height[j, i])) in text
    assert "α −1.60" in text
    assert "β 1.60" in text
    assert "training loss" in text
    assert "measured" in text


def test_the_read_out_says_what_is_filled_in(view):
    view.set_scene(make_scene(share=0.5))
    view.set_cursor((0.0, 3.9))
    assert "filled in" in view.read_out.text()
    view.set_cursor((0.0, -3.9))
    assert "filled in" not in view.read_out.text()
    view.set_cursor(None)
    assert "training loss" not in view.read_out.text()


def test_the_read_out_never_takes_an_estimate_for_a_measurement(view):
    view.set_scene(make_estimated())
    view.set_cursor((-4.0, -4.0))
    assert "measured" in view.read_out.text()
    assert "standard error 0.0123" in view.read_out.text()
    view.set_cursor((-2.4, -2.4))
    bound = format_value(float(view.plot.scene.bound[2, 2]))
    assert f"24 of 256 examples, rest estimated ± {bound}" in view.read_out.text()
    view.set_cursor((-3.2, -3.2))
    assert f"estimated ± {bound}" in view.read_out.text()
    assert "measured" not in view.read_out.text()
    assert "standard error" not in view.read_out.text()
    view.set_scene(replace(make_estimated(), few=None))
    view.set_cursor((-2.4, -2.4))
    assert "few examples, rest estimated ±" in view.read_out.text()


def test_measured_points_get_dots_and_sampled_ones_rings(view, look):
    view.set_scene(make_estimated())
    marked = look(view)
    view.set_measured_dots("off")
    bare = look(view)

    def marks(alpha: float, beta: float) -> np.ndarray:
        at = pixel_of(view, alpha, beta)
        around = np.s_[at.y() - 4 : at.y() + 5, at.x() - 4 : at.x() + 5]
        return (np.abs(marked[around].astype(int) - bare[around].astype(int)) > 25).any(axis=2)

    dot, ring, nothing = marks(-0.8, -0.8), marks(-2.4, -2.4), marks(-3.2, -3.2)
    assert dot[4, 4]
    assert ring.any()
    assert not ring[4, 4], "open in the middle"
    assert not nothing.any()


def test_the_legend_names_what_there_is(view):
    def texts() -> list[str]:
        return [row.text for row in view.plot._legend_rows()]

    view.set_scene(make_estimated())
    assert texts() == ["measured (9 of 121)", "on few examples (27)", "estimated"]
    view.set_scene(make_estimated(share=0.1))
    assert texts()[-1] == "estimated, paler where less sure"
    view.set_scene(make_estimated(sampled=False))
    assert texts() == ["measured (9 of 121)", "estimated"]
    estimated = make_estimated()
    assert estimated.bound is not None
    assert estimated.sampled is not None
    known = estimated.measured | estimated.sampled
    # As in a replay: where nothing was measured there are no bounds.
    view.set_scene(replace(estimated, bound=np.where(known, estimated.bound, np.nan)))
    assert texts() == ["measured (9 of 121)", "on few examples (27)", "filled in"]
    view.set_scene(replace(estimated, sampled=np.ones_like(known)))
    assert texts() == ["measured (9 of 121)", "on few examples (112)"], "no other points are left"


def test_where_all_points_of_a_fine_lattice_are_measured_there_are_no_dots(view, look):
    fine = make_estimated(161, sampled=False)
    measured = fine.measured.copy()
    measured[60:100, 60:100] = True
    view.set_scene(replace(fine, measured=measured))
    marked = look(view)
    view.set_measured_dots("off")
    bare = look(view)
    inside, outside = pixel_of(view, 0.0, 0.0), pixel_of(view, -2.0, -2.0)
    for at, dotted in ((inside, False), (outside, True)):
        around = np.s_[at.y() - 6 : at.y() + 7, at.x() - 6 : at.x() + 7]
        assert np.any(marked[around] != bare[around]) == dotted


def test_the_read_out_follows_new_values(view):
    view.set_cursor((1.0, 0.0))
    before = view.read_out.text()
    view.set_scene(make_scene(step=1.0))
    assert view.read_out.text() != before


def test_the_pointer_is_told_and_so_is_its_leaving(view, qtbot):
    with qtbot.waitSignal(view.cursor_moved) as moved:
        hover(qtbot, view, 1.0, -2.0)
    assert moved.args[0] == pytest.approx((1.0, -2.0), abs=0.05)
    with qtbot.waitSignal(view.cursor_moved) as left:
        qtbot.mouseMove(view.plot, QPoint(2, 2))
    assert left.args == [None]


def test_a_cursor_from_elsewhere_is_not_told_back(view, qtbot):
    with qtbot.assertNotEmitted(view.cursor_moved):
        view.set_cursor((0.3, 0.4))
        view.set_cursor((float("nan"), 0.4))


def test_measured_points_are_dotted_only_while_incomplete(view, look):
    assert not view.plot.dots_wanted()
    view.set_scene(make_scene(share=0.5))
    assert view.plot.dots_wanted()
    auto = look(view)
    view.set_measured_dots("off")
    off = look(view)
    point = pixel_of(view, -2.4, -3.2)
    assert np.any(auto[point.y(), point.x()] != off[point.y(), point.x()])
    unmeasured = pixel_of(view, -2.4, 3.2)
    around = np.s_[unmeasured.y() - 2 : unmeasured.y() + 3, unmeasured.x() - 2 : unmeasured.x() + 3]
    assert np.array_equal(auto[around], off[around])


def test_measured_cells_are_told_from_filled_in_ones_without_dots(view, look):
    view.set_fill("cells")
    view.set_measured_dots("off")
    complete = look(view)
    view.set_scene(make_scene(share=0.5))
    half = look(view)
    beside = pixel_of(view, -2.4, -3.2) + QPoint(6, 6)
    assert np.array_equal(half[beside.y(), beside.x()], complete[beside.y(), beside.x()])
    filled = pixel_of(view, -2.4, 1.6) + QPoint(6, 6)
    assert np.any(half[filled.y(), filled.x()] != complete[filled.y(), filled.x()])


def test_nothing_that_is_not_finite_is_drawn(view, look, scene, trajectory):
    height = scene.height.copy()
    height[10, 2] = np.nan
    view.set_scene(replace(scene, height=height))
    hole = pixel_of(view, scene.alpha[2], scene.beta[10]) + QPoint(5, 5)
    assert look(view)[hole.y(), hole.x()].tolist() == [255, 255, 255]
    before = look(view)
    view.set_markers([Marker("end", "lost", float("nan"), 0.0, 1.0)])
    assert np.array_equal(look(view), before)
    broken = replace(trajectory, alpha=np.full(5, np.nan), caption="")
    view.set_trajectory(broken)
    assert np.array_equal(look(view), before)


def test_marker_labels_do_not_overlap(view, look):
    from landscape_gui.ui.views.marker_layer import place_markers

    points = [QPointF(300 + k, 300) for k in (0, 4, 8)]
    placed = place_markers(MARKERS, points, view.font(), view.plot.plot_rect)
    rects = [p.rect for p in placed if p.rect is not None]
    assert len(rects) == 3
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert not rects[a].intersects(rects[b])
    assert placed[1].text == "fine-tuned"
    assert placed[0].text == "start  0.6900"


def test_hovering_a_checkpoint_tells_how_far_it_is_off_the_plane(view, qtbot, trajectory, look):
    view.set_trajectory(trajectory)
    before = look(view)
    hover(qtbot, view, float(trajectory.alpha[1]), float(trajectory.beta[1]))
    words = " ".join(view.plot.disc_text)
    assert "epoch 1" in words
    assert "off the plane  83 %" in words
    assert "its own training loss  0.6250" in words
    assert "surface under it" in words
    assert np.any(look(view) != before)
    hover(qtbot, view, -3.9, -3.9)
    assert view.plot.hovered_disc is None


def test_labels_of_a_long_trajectory_are_thinned(view, look):
    t = np.linspace(0, 1, 200)
    from landscape_gui.ui.scene import TrajectoryOverlay

    labels = tuple(f"epoch {k}" for k in range(200))
    view.set_trajectory(TrajectoryOverlay(t * 4 - 2, t, t, t, labels, "many"))
    look(view)
    placed = view.plot._placed
    assert placed is not None
    assert 2 <= len(placed.labels) < 40
    rects = [rect for _, rect in placed.labels]
    assert not any(a.intersects(b) for k, a in enumerate(rects) for b in rects[:k])


def test_axes_of_its_own_show_the_trajectory_alone(view, look, trajectory, qtbot):
    view.set_trajectory(trajectory)
    view.set_markers(MARKERS)
    on_surface = look(view)
    view.set_projection_axes(AxisTitles("PC 1 (72 %)", "PC 2 (11 %)", "training loss"))
    alone = look(view)
    plot = view.plot.plot_rect.toRect()
    inside = alone[plot.top() + 2 : plot.bottom() - 2, plot.left() + 2 : plot.right() - 2]
    white = np.all(inside == 255, axis=-1).mean()
    assert white > 0.9
    with qtbot.assertNotEmitted(view.cursor_moved):
        hover(qtbot, view, 0.0, 0.5)
    assert view.read_out.text().startswith("PC 1")
    view.set_projection_axes(None)
    view.set_cursor(None)
    assert np.array_equal(look(view), on_surface)


def test_scales_are_equal_and_the_frame_fits_the_data(view):
    rect, shown = view.plot.plot_rect, view.plot.shown
    assert rect.width() / shown.width == pytest.approx(rect.height() / shown.height, rel=1e-9)
    assert shown.left == pytest.approx(-4.4, abs=0.05)
    assert shown.top == pytest.approx(4.4, abs=0.05)


def test_the_frame_is_the_same_after_a_time_without_a_surface(view, scene, look):
    """Also where the view got another size meanwhile, and the surface the same axes."""
    whole = look(view), view.plot.plot_rect
    view.set_scene(None)
    assert view.plot.plot_rect.width() == view.plot.width(), "the message has all the room"
    view.resize(500, 520)
    view.resize(640, 560)
    arranged = []
    view.plot.arranged.connect(lambda: arranged.append(view.plot.axes_visible))
    view.set_scene(scene)
    assert view.plot.plot_rect == whole[1]
    assert arranged[-1:] == [True], "who stands beside the frame is told"
    assert np.array_equal(look(view), whole[0])


def wheel(view: ContourView, at: QPoint, steps: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.plot.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.plot, event)


def test_wheel_zooms_at_the_pointer_drag_pans_and_double_click_resets(view, qtbot):
    home, at = view.plot.shown, pixel_of(view, 1.0, 0.0)
    wheel(view, at, 3)
    zoomed = view.plot.shown
    assert zoomed.width < 0.8 * home.width
    assert (pixel_of(view, 1.0, 0.0) - at).manhattanLength() <= 2
    qtbot.mousePress(view.plot, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.plot, at + QPoint(40, 0))
    qtbot.mouseRelease(view.plot, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 0))
    assert view.plot.shown.width == pytest.approx(zoomed.width)
    qtbot.mouseDClick(view.plot, Qt.MouseButton.LeftButton, pos=at)
    assert view.plot.shown == home


def test_new_values_keep_the_zoom_and_new_axes_leave_it(view):
    wheel(view, pixel_of(view, 1.0, 0.0), 3)
    zoomed = view.plot.shown
    view.set_scene(make_scene(step=0.5))
    assert view.plot.shown == zoomed
    view.set_scene(make_scene(21))
    assert view.plot.at_home()


def test_a_right_click_opens_nothing(view, qtbot):
    qtbot.mouseClick(view.plot, Qt.MouseButton.RightButton, pos=pixel_of(view, 1.0, 0.0))
    assert QApplication.activePopupWidget() is None


def test_contour_lines_are_traced_only_for_new_heights_or_limits(view, look, monkeypatch):
    from landscape_gui.ui.views import surface_sheet

    calls = []
    trace = surface_sheet.trace_contours
    monkeypatch.setattr(surface_sheet, "trace_contours", lambda *a: calls.append(1) or trace(*a))
    look(view)
    same = make_scene()
    view.set_scene(replace(same, measured=~same.measured))
    view.set_color_map("cividis")
    view.set_markers(MARKERS)
    look(view)
    assert calls == []
    view.set_limits(Limits(0.0, 9.0))
    look(view)
    view.set_scene(make_scene(step=0.1))
    look(view)
    assert len(calls) == 2


def test_the_picture_is_not_repainted_for_the_cross_hair(view, look, monkeypatch):
    look(view)
    monkeypatch.setattr(view.plot, "paint_plot", lambda *a: pytest.fail("repainted"))
    view.set_cursor((0.1, 0.2))
    look(view)


def test_grabbed_without_cross_hair_at_twice_the_size(view, look):
    view.set_cursor((0.5, 0.5))
    look(view)
    image = view.grab_image()
    assert image.width() >= 2 * view.plot.width()
    assert view.plot.cross_hair == (0.5, 0.5)
    with_cursor = pixels(image)
    view.set_cursor(None)
    assert np.array_equal(pixels(view.grab_image()), with_cursor)


@pytest.mark.parametrize("points", [1, 2])
def test_tiny_lattices_are_drawn(qtbot, look, points):
    view = ContourView()
    qtbot.addWidget(view)
    axis = np.linspace(-1, 1, points) if points > 1 else np.array([0.0])
    height = np.ones((points, points))
    tiny = replace(make_scene(), alpha=axis, beta=axis, height=height, measured=height > 0)
    view.set_scene(tiny)
    view.set_measured_dots("on")
    assert len(np.unique(look(view).reshape(-1, 3), axis=0)) > 3


def test_nothing_is_printed_while_painting(view, look, trajectory, capfd):
    view.set_trajectory(trajectory)
    view.set_markers(MARKERS)
    view.set_scene(make_scene(share=0.3))
    look(view)
    captured = capfd.readouterr()
    assert "Error" not in captured.out + captured.err
    assert "QPainter" not in captured.err


def test_an_unknown_color_map_is_refused(view):
    with pytest.raises(KeyError, match="rainbow"):
        view.set_color_map("rainbow")


def test_a_picture_is_painted_with_its_own_pixels(view, look):
    """Not the screen's picture made larger: no four pixels in a square are one."""
    look(view)
    fine = pixels(view.image_at(4.0)).astype(int)
    assert fine.shape[1] == round(4 * view.plot.drawn_rect().width())
    steps = np.abs(np.diff(fine, axis=1)).max(axis=-1)
    edges = np.flatnonzero((steps > 120).any(axis=0))
    assert len(np.unique(edges % 4)) == 4


def without_some(scene: SurfaceScene) -> SurfaceScene:
    """The same, but that the three rightmost points of the last row are no numbers."""
    lost = np.zeros(scene.measured.shape, dtype=bool)
    lost[-1, -3:] = True
    return replace(scene, measured=scene.measured & ~lost, not_finite=lost)


def test_no_number_is_read_out_where_there_is_none(view, scene, trajectory, qtbot, look):
    view.set_scene(without_some(scene))
    view.set_cursor((4.0, 4.0))
    text = view.read_out.text()
    assert "training loss –" in text
    assert "not finite" in text
    assert "measured" not in text
    assert format_value(float(scene.height[-1, -1])) not in text
    moved = replace(trajectory, alpha=trajectory.alpha + 3, beta=trajectory.beta + 4)
    view.set_trajectory(moved)
    look(view)  # it is known where discs are once they are painted
    hover(qtbot, view, float(moved.alpha[-1]), float(moved.beta[-1]))
    assert "surface under it  not finite" in view.plot.disc_text


def test_what_is_not_finite_is_veiled_without_dots_and_in_the_legend(view, scene, look):
    view.set_measured_dots("off")
    view.set_scene(scene)
    whole = look(view)
    view.set_scene(without_some(scene))
    assert [row.text for row in view.plot._legend_rows()] == [
        "measured (118 of 121)",
        "not finite (3)",
    ]
    at = pixel_of(view, 3.7, 3.7)
    assert np.any(look(view)[at.y(), at.x()] != whole[at.y(), at.x()]), "paler"
    view.set_scene(without_some(make_estimated()))
    assert [row.text for row in view.plot._legend_rows()] == [
        "measured (9 of 121)",
        "on few examples (25)",
        "estimated",
        "not finite (3)",
    ]
