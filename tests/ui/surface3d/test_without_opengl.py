"""The 3D view on a platform that has no OpenGL."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from landscape_gui.ui.scene import AxisTitles, Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d import Surface3DView, SurfaceStyle, factory, make_surface_view
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.surface3d.drawing import DRAFT, STILL
from landscape_gui.ui.surface3d.painter_renderer import PainterRenderer
from landscape_gui.ui.surface3d.trial_drawing import trial_drawing
from landscape_gui.ui.theme import DARK, LIGHT

AXIS = np.linspace(-4, 4, 21)
A, B = np.meshgrid(AXIS, AXIS)
BOWL = 0.3 + 0.1 * (A**2 + B**2)


def scene(height=BOWL, measured=True):
    return SurfaceScene(AXIS, AXIS, height, np.full(A.shape, measured), AxisTitles("α", "β", "l"))


def pixels(image):
    image = image.convertToFormat(image.Format.Format_RGB32)
    words = np.frombuffer(image.constBits(), np.uint8)
    return words.reshape(image.height(), image.bytesPerLine() // 4, 4)[..., 2::-1].astype(float)


@pytest.fixture
def view(qtbot):
    view = Surface3DView(answer=(False, "the driver is missing"))
    qtbot.addWidget(view)
    view.resize(500, 420)
    view.show()
    return view


@pytest.fixture
def drawn(view):
    view.set_scene(scene())
    view.set_limits(Limits(0.3, 3.5))
    return view


def test_the_factory_asks_no_one_where_there_can_be_none(qtbot, monkeypatch):
    monkeypatch.setattr(factory, "known_answer", lambda: (False, "no driver"))
    view = make_surface_view()
    qtbot.addWidget(view)
    assert view.reason == "no driver"


def test_before_the_answer_is_there_nothing_is_drawn_and_then_what_was_wished(qtbot):
    view = Surface3DView(answer=None)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_scene(scene())
    painted = []
    view.painted.connect(lambda: painted.append(1))
    qtbot.wait(60)
    assert not painted
    view.decide((False, "no driver"))
    qtbot.waitUntil(lambda: bool(painted))
    assert view.reason == "no driver"


def test_a_picture_that_cannot_wait_asks_at_once(qtbot):
    view = Surface3DView(answer=None)
    qtbot.addWidget(view)
    view.set_scene(scene())
    assert not view.grab_image().isNull()
    assert "offscreen" in view.reason


def test_the_reason_is_in_the_picture(view, drawn):
    said = view.grab_image()
    ink = (pixels(said)[-22:] < 200).all(axis=-1).mean()
    assert ink > 0.01


def test_every_toggle_changes_the_picture(drawn):
    drawn.set_style(SurfaceStyle(lines=False))
    before = drawn.grab_image()
    for style in (SurfaceStyle(), SurfaceStyle(False, True), SurfaceStyle(False, False, True)):
        drawn.set_style(style)
        assert drawn.grab_image() != before
    drawn.set_style(SurfaceStyle(lines=False))
    assert drawn.grab_image() == before
    drawn.set_scene(replace(scene(), scale="log"))
    assert drawn.grab_image() != before


def test_high_is_bright_and_what_is_filled_in_is_pale(drawn):
    drawn.set_viewpoint("top")
    image = pixels(drawn.grab_image())
    middle = image[215:225, 245:255].mean(axis=(0, 1))
    # Viridis is violet where low; green where high.
    assert middle[1] < middle[2]
    drawn.set_scene(scene(measured=False))
    pale = pixels(drawn.grab_image())
    spread = [(i.max(axis=-1) - i.min(axis=-1)).mean() for i in (image, pale)]
    assert spread[1] < 0.75 * spread[0]


def test_near_facets_hide_far_ones():
    """A wall before a hollow: seen from the front, only the wall."""
    height = np.where(np.abs(B + 3) < 0.3, 3.0, 0.5)
    trial = trial_drawing(STILL)
    from landscape_gui.ui.surface3d.box import Box
    from landscape_gui.ui.surface3d.surface_field import SurfaceField

    box = Box.from_data(AXIS, AXIS, Limits(0, 3.0))
    colors = np.zeros((256, 4), np.uint8)
    colors[:, 3] = 255
    colors[:, 0], colors[:, 2] = np.arange(256), np.arange(256)[::-1]
    camera = Camera(azimuth=-90, elevation=3)
    drawing = replace(
        trial,
        field=SurfaceField(box.x(AXIS), box.y(AXIS), scene(height)),
        box=box,
        colors=colors,
        camera=camera,
        projection=camera.projection(300, 200),
        lines=False,
        bands=False,
    )
    image = PainterRenderer().render(drawing).image
    frame = drawing.projection
    x, y = frame.project([[0.0, -0.75, 1.0]])[0]
    assert image.pixelColor(round(x), round(y)).red() > 120


def test_a_draft_is_coarser_but_of_the_same_shape():
    images = [PainterRenderer().render(trial_drawing(q)).image for q in (DRAFT, STILL)]
    covered = [
        np.array([i.pixelColor(x, y).alpha() > 0 for x in range(160) for y in range(120)])
        for i in images
    ]
    assert covered[0].any()
    assert (covered[0] != covered[1]).mean() < 0.03


def test_it_draws_everything_it_is_given(drawn):
    bare = drawn.grab_image()
    drawn.set_markers(
        [Marker("end", "fine-tuned", 1.0, 0.0, math.nan), Marker("start", "", 9, 0, 1)]
    )
    drawn.set_viewpoint("top")
    at = drawn.marker_position(0)
    assert drawn.marker_position(1) is None
    marked = drawn.grab_image()
    assert marked != bare
    ratio = drawn.devicePixelRatioF()
    assert marked.pixelColor(round(at.x() * ratio), round(at.y() * ratio)) == QColor(LIGHT.end)
    t = np.linspace(0, 1, 4)
    drawn.set_trajectory(TrajectoryOverlay(t, t, t, t, ("",) * 4, "in plane"))
    traced = drawn.grab_image()
    assert traced != marked
    drawn.set_cursor((2.0, 2.0))
    assert drawn.grab_image() != traced
    drawn.set_theme(DARK)
    assert drawn.grab_image().pixelColor(2, 300) == QColor(DARK.canvas)


def test_it_can_be_turned_too(drawn):
    before = drawn.grab_image()
    drawn.set_camera(drawn.camera().rotated(40, 10))
    assert drawn.grab_image() != before


def test_the_mouse_tells_the_position(drawn, qtbot):
    drawn.set_viewpoint("top")
    drawn.set_markers([Marker("end", "", 2.0, -3.0, 1.0)])
    told = []
    drawn.cursor_moved.connect(told.append)
    at = drawn.marker_position(0)
    QTest.mouseMove(drawn._canvas, QPoint(round(at.x()), round(at.y())))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == pytest.approx((2.0, -3.0), abs=0.06)


def test_a_linked_camera_is_passed_on_once(view):
    told = []
    view.camera_changed.connect(told.append)
    camera = Camera(azimuth=10)
    view.set_camera(camera)
    view.set_camera(camera)
    assert told == [camera]
    assert view.camera() == camera


def test_a_saved_picture_is_finer_than_the_screen(drawn):
    plain, fine = drawn.grab_image(), drawn.grab_image(2.0)
    assert fine.width() == max(2 * drawn.width(), plain.width())


@pytest.mark.parametrize("table", [np.zeros((255, 4), np.uint8), np.zeros((256, 4))])
def test_tables_of_another_kind_are_refused(view, table):
    with pytest.raises(ValueError, match=r"uint8\[256, 4\]"):
        view.set_color_map(table)
