import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from landscape_gui.ui.scene import Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.theme import DARK, LIGHT

pytestmark = pytest.mark.gl


def test_surface_is_drawn_in_the_colors_of_the_map(make_view, picture):
    view = make_view()
    first = view.grab_image()
    assert picture.saturation(first) > 60
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:] = (220, 20, 20, 255)
    view.set_color_map(table)
    values = picture.pixels(view.grab_image())
    red = (values[..., 0] > 90) & (values[..., 0] > 3 * values[..., 1])
    assert red.mean() > 0.1


def test_without_a_scene_there_is_a_calm_message(make_view, picture):
    view = make_view()
    view.set_scene(None)
    values = picture.pixels(view.grab_image())
    ink = (values < 200).all(axis=-1)
    assert 0 < ink.mean() < 0.02
    rows, columns = np.nonzero(ink)
    assert abs(rows.mean() - values.shape[0] / 2) < 12
    assert abs(columns.mean() - values.shape[1] / 2) < 12


def test_heights_over_the_same_lattice_change_the_picture(make_view, picture):
    view = make_view()
    before = view.grab_image()
    view.set_scene(picture.scene(lift=0.6))
    assert picture.difference(before, view.grab_image()) > 0.02


def test_only_rows_that_changed_are_uploaded(make_view, picture):
    first = picture.scene()
    view = make_view(first)
    before = view.grab_image()
    height = first.height.copy()
    height[10, 10] += 1.5
    item = view._canvas.surface
    view.set_scene(SurfaceScene(first.alpha, first.beta, height, first.measured, first.titles))
    low, high = item._dirty_rows
    assert 0 < high - low < item.lattice.shape[0] / 2
    partial = view.grab_image()
    assert item._dirty_rows == (0, 0)
    assert picture.difference(before, partial) > 0.001
    view.set_scene(None)
    view.set_scene(SurfaceScene(first.alpha, first.beta, height, first.measured, first.titles))
    assert picture.difference(partial, view.grab_image()) == 0


def test_limits_change_the_picture_without_new_heights(make_view, picture):
    view = make_view()
    before = view.grab_image()
    view.set_limits(Limits(0.3, 1.2))
    item = view._canvas.surface
    assert item._dirty_rows == (0, 0)
    assert not item._geometry_dirty
    assert picture.difference(before, view.grab_image()) > 0.05


def test_values_beyond_the_limits_end_at_the_top_of_the_box(make_view, picture):
    first = picture.scene()
    towering = SurfaceScene(
        first.alpha,
        first.beta,
        np.where(first.height > 2, 1e6, first.height),
        first.measured,
        first.titles,
    )
    view = make_view(towering)
    view.set_limits(Limits(0.3, 2.0))
    view.set_viewpoint("front")
    field = view._canvas.picture.field
    frame = view._canvas.current_frame()
    assert field.z.max() <= frame.projection.eye[2] * 2
    top = frame.projection.project([[0.0, -1.0, 1.2]])[0, 1]
    values = picture.pixels(view.grab_image())
    saturated = values.max(axis=-1) - values.min(axis=-1) > 60
    assert saturated.any()
    assert not saturated[: int(top) - 2].any()


def test_a_new_lattice_replaces_the_old_one(make_view, picture):
    view = make_view()
    for n, m in ((11, 5), (161, 161), (300, 7), (2, 2)):
        view.set_scene(picture.scene(n, m))
        assert picture.saturation(view.grab_image()) > 40


def test_measured_and_filled_in_look_different(make_view, picture):
    n = 41
    view = make_view(picture.scene(n))
    whole = view.grab_image()
    view.set_scene(picture.scene(n, measured=False))
    filled = view.grab_image()
    assert picture.saturation(whole) > 1.3 * picture.saturation(filled)
    lone = np.zeros((n, n), dtype=bool)
    lone[::8, ::8] = True
    view.set_scene(picture.scene(n, measured=lone))
    # The dots of measured points, and nothing else.
    assert 0 < picture.difference(filled, view.grab_image()) < 0.05


def test_estimates_look_as_sure_as_they_are(make_view, picture):
    view = make_view(picture.estimated(bound=0.01, sampled=False))
    images = [view.grab_image()]
    for bound in (0.06, 0.5):
        view.set_scene(picture.estimated(bound=bound, sampled=False))
        images.append(view.grab_image())
    saturations = [picture.saturation(image) for image in images]
    assert saturations[0] > saturations[1] > saturations[2]
    view.set_scene(picture.scene(41))
    # Estimated well: as measured throughout, but for the dots on what is measured.
    assert 0 < picture.difference(images[0], view.grab_image()) < 0.05


def test_points_on_few_examples_get_rings_of_their_own(make_view, picture):
    view = make_view(picture.estimated(sampled=False))
    dots = view.grab_image()
    view.set_scene(picture.estimated())
    both = view.grab_image()
    item = view._canvas.surface
    assert item.ringed_nodes == 121 - 36
    assert item.lone_nodes == 36
    assert item.ring_diameter > 0
    assert 0 < picture.difference(dots, both) < 0.05
    view.set_scene(picture.estimated(sampled=False))
    assert picture.difference(dots, view.grab_image()) == 0


def test_rings_too_close_together_are_left_out(make_view, picture):
    whole = picture.estimated(161)
    view = make_view(replace(whole, sampled=np.ones_like(whole.measured)))
    view.grab_image()
    assert view._canvas.surface.ring_diameter == 0


def test_only_rows_of_new_estimates_are_uploaded(make_view, picture):
    first = picture.estimated()
    view = make_view(first)
    view.grab_image()
    item = view._canvas.surface
    view.set_scene(picture.estimated())
    assert item._dirty_rows == (0, 0), "nothing changed"
    measured = first.measured.copy()
    measured[10, 10] = True
    bound, trust = first.bound.copy(), first.trust.copy()
    bound[10, 10], trust[10, 10] = 0.0, 1.0
    height = first.height.copy()
    height[10, 10] += 0.1
    view.set_scene(replace(first, height=height, measured=measured, bound=bound, trust=trust))
    low, high = item._dirty_rows
    assert 0 < high - low < item.lattice.shape[0] / 2


def test_a_surface_measured_throughout_has_no_dots(make_view, picture):
    view = make_view(picture.scene(11))
    view.grab_image()
    assert len(view._canvas.surface._nodes) == 0


def test_markers_appear_where_they_project_to(make_view, picture):
    view = make_view()
    view.set_viewpoint("top")
    view.set_markers(
        [
            Marker("start", "", 0.0, 0.0, 0.5),
            Marker("end", "", 1.0, 0.0, 0.3),
            Marker("end", "", 9.0, 0.0, 0.3),
        ]
    )
    image = view.grab_image()
    start, end = view.marker_position(0), view.marker_position(1)
    assert picture.has_color_at(image, end, LIGHT.end)
    assert picture.has_color_at(image, start, LIGHT.start, reach=8)
    assert view.marker_position(2) is None
    assert abs(start.y() - end.y()) < 1
    assert start.x() < end.x()


def test_the_star_moves(make_view, picture):
    view = make_view()
    view.set_viewpoint("top")
    found = []
    for alpha in (-1.0, -2.5):
        view.set_markers([Marker("rolled_back", "", alpha, 0.5, math.nan)])
        at = view.marker_position(0)
        assert picture.has_color_at(view.grab_image(), at, LIGHT.rolled_back)
        found.append(at.x())
    assert found[1] < found[0] - 20


def test_markers_and_trajectory_can_stand_at_their_own_values(make_view, picture):
    view = make_view()
    view.set_markers([Marker("end", "fine-tuned", 1.0, 0.0, 2.5)])
    t = np.linspace(0, 1, 6)
    view.set_trajectory(
        TrajectoryOverlay(t, t * 0.5, t + 1, t * 0, tuple(map(str, range(6))), "in plane")
    )
    on_surface, before = view.grab_image(), view.marker_position(0)
    view.set_trajectory_lift("measured")
    after = view.marker_position(0)
    assert after.y() < before.y() - 20
    assert picture.difference(on_surface, view.grab_image()) > 0.001


def test_what_is_not_known_yet_stays_on_the_surface(make_view):
    view = make_view()
    view.set_markers([Marker("end", "fine-tuned", 1.0, 0.0, math.nan)])
    before = view.marker_position(0)
    view.set_trajectory_lift("measured")
    assert view.marker_position(0) == before


def test_trajectory_and_cursor_are_drawn_and_taken_away(make_view, picture):
    view = make_view()
    bare = view.grab_image()
    t = np.linspace(-6, 6, 7)
    view.set_trajectory(TrajectoryOverlay(t, t * 0, t * 0, t * 0, ("",) * 7, "PCA"))
    assert picture.difference(bare, view.grab_image()) > 0.001
    view.set_trajectory(None)
    view.set_cursor((1.0, 1.0))
    assert picture.difference(bare, view.grab_image()) > 0.001
    view.set_cursor(None)
    assert picture.difference(bare, view.grab_image()) == 0


def test_theme_changes_the_background(make_view, picture):
    view = make_view()
    view.set_theme(DARK)
    corner = picture.pixels(view.grab_image())[-3, 3]
    assert corner.max() < 40


@pytest.mark.parametrize("name", ["paper", "top", "front", "side"])
def test_cursor_reads_the_right_position_from_every_viewpoint(make_view, qtbot, name):
    view = make_view()
    view.set_viewpoint(name)
    canvas = view._canvas
    frame = canvas.current_frame()
    rng = np.random.default_rng(0)
    alpha, beta = rng.uniform(-3.9, 3.9, (2, 40))
    points = frame.on_surface(alpha, beta)
    seen = frame.visible(points)
    assert seen.any()
    right, missed = [], 0
    for (x, y), a, b in zip(
        frame.projection.project(points[seen]), alpha[seen], beta[seen], strict=True
    ):
        position = canvas.plane_position(QPointF(x, y))
        if position is None:
            missed += 1
            continue
        # What was read lies under the mouse.
        read = frame.projection.project(frame.on_surface(*position))[0]
        assert np.hypot(*(read - (x, y))) < 2.0
        right.append(position == pytest.approx((a, b), abs=0.15))
    # The line of sight just misses points on the skyline.
    assert missed <= 0.1 * len(right), (missed, len(right))
    if name in ("paper", "top"):
        # Seen edge on, or at a silhouette, two points of the surface share a pixel.
        assert np.mean(right) > 0.9


def test_moving_the_mouse_tells_the_position(make_view, qtbot):
    view = make_view()
    view.set_viewpoint("top")
    canvas, told = view._canvas, []
    view.cursor_moved.connect(told.append)
    frame = canvas.current_frame()
    x, y = frame.projection.project(frame.on_surface(2.0, -1.0))[0]
    QTest.mouseMove(canvas, QPoint(round(x), round(y)))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == pytest.approx((2.0, -1.0), abs=0.05)
    QTest.mouseMove(canvas, QPoint(2, 2))
    qtbot.waitUntil(lambda: told[-1] is None)


def test_dragging_turns_and_double_click_resets(make_view, picture):
    view = make_view()
    cameras = []
    view.camera_changed.connect(cameras.append)
    start, before = view.camera(), view.grab_image()
    canvas = view._canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(canvas, QPoint(260, 230))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(260, 230))
    assert view.camera() != start
    assert view.camera() == cameras[-1]
    assert picture.difference(before, view.grab_image()) > 0.02
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.camera() == start


def test_not_a_number_never_reaches_the_gpu(make_view, picture):
    view = make_view()
    bad = picture.scene()
    bad.height[3, 3] = np.nan
    with pytest.raises(AssertionError, match="GPU"):
        view.set_scene(bad)
    view.set_scene(picture.scene())
    assert picture.saturation(view.grab_image()) > 60
