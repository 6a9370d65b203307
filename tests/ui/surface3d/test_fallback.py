import inspect
import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from landscape_gui.ui.scene import AxisTitles, Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d import FallbackSurfaceView, factory, make_surface_view
from landscape_gui.ui.surface3d.box import Box
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.surface3d.color_table import default_color_table
from landscape_gui.ui.surface3d.relief import shaded_relief
from landscape_gui.ui.theme import DARK, LIGHT

AXIS = np.linspace(-4, 4, 9)
A, B = np.meshgrid(AXIS, AXIS)


def scene(measured=True):
    return SurfaceScene(
        AXIS, AXIS, A + 4.0, np.full(A.shape, measured), AxisTitles("α", "β", "loss")
    )


@pytest.fixture
def view(qtbot):
    view = FallbackSurfaceView("the driver is missing")
    qtbot.addWidget(view)
    view.resize(500, 420)
    view.show()
    return view


def test_without_opengl_the_factory_gives_the_fallback(qtbot, monkeypatch):
    monkeypatch.setattr(factory, "opengl_available", lambda: (False, "no driver"))
    view = make_surface_view()
    qtbot.addWidget(view)
    assert isinstance(view, FallbackSurfaceView)
    assert view.reason == "no driver"


def test_the_interface_is_that_of_the_3d_view():
    pytest.importorskip("OpenGL.GL", exc_type=ImportError)
    from landscape_gui.ui.surface3d.view import Surface3DView

    public = {n for n in vars(Surface3DView) if not n.startswith("_")} - {"staticMetaObject"}
    for name in public:
        theirs, ours = getattr(Surface3DView, name), getattr(FallbackSurfaceView, name)
        if inspect.isfunction(theirs):
            assert inspect.signature(theirs) == inspect.signature(ours), name


def test_relief_has_beta_upward_and_colors_by_limits():
    box = Box.from_data(AXIS, AXIS, Limits(0, 8))
    colors = default_color_table()
    rising = SurfaceScene(AXIS, AXIS, B + 4.0, np.ones(A.shape, bool), AxisTitles("", "", ""))
    image = shaded_relief(rising, box, colors, (255, 255, 255), (40, 30))
    assert image.shape == (30, 40, 4)
    # Viridis: yellow (much green) high, violet (little green) low.
    assert image[1, 20, 1] > 2 * image[-2, 20, 1]


def test_relief_of_filled_in_regions_is_paler():
    box = Box.from_data(AXIS, AXIS, Limits(0, 8))

    def spread(measured):
        image = shaded_relief(
            scene(measured), box, default_color_table(), (255, 255, 255), (60, 60)
        )[..., :3].astype(int)
        return (image.max(axis=-1) - image.min(axis=-1)).mean()

    assert spread(True) > 1.5 * spread(False)


def test_it_draws_everything_it_is_given(view):
    empty = view.grab_image()
    view.set_scene(scene())
    view.set_limits(Limits(0, 8))
    relief = view.grab_image()
    assert relief != empty
    view.set_markers(
        [Marker("end", "fine-tuned", 1.0, 0.0, math.nan), Marker("start", "", 9, 0, 1)]
    )
    at = view.marker_position(0)
    assert view.marker_position(1) is None
    marked = view.grab_image()
    ratio = marked.devicePixelRatio()
    assert marked.pixelColor(round(at.x() * ratio), round(at.y() * ratio)) == QColor(LIGHT.end)
    t = np.linspace(0, 1, 4)
    view.set_trajectory(TrajectoryOverlay(t, t, t, t, ("",) * 4, "in plane"))
    traced = view.grab_image()
    assert traced != marked
    view.set_cursor((2.0, 2.0))
    assert view.grab_image() != traced
    view.set_theme(DARK)
    assert view.grab_image().pixelColor(2, 2) == QColor(DARK.canvas)


def test_the_mouse_tells_the_position(view, qtbot):
    view.set_scene(scene())
    view.set_markers([Marker("end", "", 2.0, -3.0, 1.0)])
    told = []
    view.cursor_moved.connect(told.append)
    at = view.marker_position(0)
    QTest.mouseMove(view, QPoint(round(at.x()), round(at.y())))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == pytest.approx((2.0, -3.0), abs=0.05)


def test_a_linked_camera_is_passed_on_once(view):
    told = []
    view.camera_changed.connect(told.append)
    camera = Camera(azimuth=10)
    view.set_camera(camera)
    view.set_camera(camera)
    assert told == [camera]
    assert view.camera() == camera


@pytest.mark.parametrize("table", [np.zeros((255, 4), np.uint8), np.zeros((256, 4))])
def test_tables_of_another_kind_are_refused(view, table):
    with pytest.raises(ValueError, match=r"uint8\[256, 4\]"):
        view.set_color_map(table)
