import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from landscape_gui.ui.scene import Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d import SurfaceStyle
from landscape_gui.ui.surface3d.drawing import DRAFT
from landscape_gui.ui.surface3d.trajectory_painter import why_apart
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


def test_limits_change_the_picture_without_new_heights(make_view, picture):
    view = make_view()
    before = view.grab_image()
    version = view._canvas.field.version
    view.set_limits(Limits(0.3, 1.2))
    assert view._canvas.field.version == version
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
    frame = view._canvas.current_frame()
    top = frame.projection.project([[0.0, -1.0, 1.2]])[0, 1]
    values = picture.pixels(view.grab_image())
    saturated = values.max(axis=-1) - values.min(axis=-1) > 60
    assert saturated.any()
    assert not saturated[: int(top) - 2].any()


def test_every_toggle_changes_the_picture(make_view, picture):
    view = make_view()
    plain = SurfaceStyle(lines=False)
    view.set_style(plain)
    before = view.grab_image()
    for name in ("lines", "bands", "floor"):
        view.set_style(replace(plain, **{name: True}))
        assert picture.difference(before, view.grab_image()) > 0.004, name
        view.set_style(plain)
        assert picture.difference(before, view.grab_image()) == 0, name
    view.set_parallel(True)
    assert picture.difference(before, view.grab_image()) > 0.02
    view.set_parallel(False)
    view.set_scene(replace(picture.scene(), scale="log"))
    assert picture.difference(before, view.grab_image()) > 0.02


def test_bands_have_as_many_colors_as_there_are_lines_and_one(make_view, picture):
    view = make_view(picture.scene(81))
    view.set_viewpoint("top")
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:, 0], table[:, 3] = np.arange(256), 255
    view.set_color_map(table)
    shades = {}
    for bands in (False, True):
        view.set_style(SurfaceStyle(lines=False, bands=bands))
        drawn = picture.pixels(view.grab_image())
        red = (drawn[..., 1] == 0) & (drawn[..., 2] == 0)
        # Light varies within a band: compare hues along a line of equal slope would be too fine.
        shades[bands] = len(np.unique(drawn[red][:, 0]))
    assert shades[True] < shades[False]


def test_the_floor_shows_the_lines_of_the_surface(make_view, picture):
    view = make_view()
    view.set_style(SurfaceStyle(floor=True))
    frame = view._canvas.current_frame()
    assert frame.box.foot > 0
    assert frame.on_surface(1.0, 0.0)[0, 2] >= frame.box.foot
    corner = frame.projection.project([[0.9, -0.9, 0.0]])[0]
    view.set_color_map(np.tile(np.array([200, 0, 0, 255], np.uint8), (256, 1)))
    at = QPointF(*corner)
    image = view.grab_image()
    assert image.pixelColor(round(at.x()), round(at.y())).green() < 253, "veiled in the colour"


def test_a_logarithmic_scale_spreads_the_basin_over_the_height(make_view, picture):
    view = make_view()
    linear = view._canvas.current_frame().on_surface(1.0, 0.0)[0, 2]
    middle = view._canvas.current_frame().box.z(0.6)
    view.set_scene(replace(picture.scene(), scale="log"))
    box = view._canvas.current_frame().box
    assert box.z(0.3) == pytest.approx(0.0)
    assert box.z(0.3 * math.sqrt(10)) == pytest.approx(box.z(3.0) / 2)
    assert box.z(0.6) > 2 * middle
    assert linear >= 0


def test_the_view_turns_by_itself_and_rests_while_it_is_touched(make_view, qtbot):
    view = make_view()
    start = view.camera()
    view.set_turning(True)
    qtbot.waitUntil(lambda: view.camera() != start)
    QTest.mousePress(view._canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    held = view.camera()
    qtbot.wait(150)
    assert view.camera() == held
    view.set_turning(False)
    assert not view._canvas.turning.on


def test_the_wheel_zooms_to_what_is_under_it(make_view):
    view = make_view()
    frame = view._canvas.current_frame()
    point = frame.on_surface(2.0, -2.0)
    at = frame.projection.project(point)[0]
    view.set_camera(view.camera().zoomed_at(1.6, *at, frame.projection.width, 440))
    after = view._canvas.current_frame().projection.project(point)[0]
    assert np.hypot(*(after - at)) < 12
    assert view.camera().zoom == pytest.approx(1.6)


def test_what_is_on_the_screen_is_what_is_grabbed(make_view, picture, qtbot):
    view = make_view()
    view.set_markers([Marker("end", "fine-tuned", 1.0, 0.0, 0.3)])
    shown = []
    view.painted.connect(lambda: shown.append(view._canvas._rendering.drawing.quality))
    view.set_camera(view.camera().rotated(20, 0))
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] != DRAFT, timeout=20_000)
    # At rest they differ in how finely edges are smoothed.
    assert picture.difference(view.grab().toImage(), view.grab_image()) < 0.01


def test_it_says_why_checkpoints_are_not_on_the_surface(make_view):
    t = np.linspace(0, 1, 4)
    overlay = TrajectoryOverlay(t, t * 0, t + 1, np.array([0, 0.8, 0.4, 0]), ("",) * 4, "in plane")
    assert "80%" in why_apart(overlay, "measured")
    assert "own measured value" in why_apart(overlay, "measured")
    assert "Laid onto the surface" in why_apart(overlay, "surface")
    assert not why_apart(replace(overlay, off_plane=t * 0), "surface")


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
    dotted = view.grab_image()
    assert 0 < picture.difference(filled, dotted) < 0.05
    view.set_style(SurfaceStyle(dots=False))
    without = view.grab_image()
    assert picture.difference(filled, without) < 0.5 * picture.difference(filled, dotted)


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
