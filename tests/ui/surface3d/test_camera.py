import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.axes import BOUNDS
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera

CORNERS = np.array(np.meshgrid(*BOUNDS)).reshape(3, -1).T
sizes = st.sampled_from([(1000, 760), (480, 360), (1600, 500), (400, 900)])
cameras = st.builds(
    Camera,
    azimuth=st.floats(-180, 180),
    elevation=st.floats(-90, 90),
    zoom=st.floats(0.5, 4),
    flat=st.booleans(),
)


@given(st.floats(-180, 180), st.floats(-90, 90), sizes)
def test_the_whole_box_is_inside_the_widget_from_everywhere(azimuth, elevation, size):
    pixels = Camera(azimuth, elevation).projection(*size).project(CORNERS)
    assert (pixels > 0).all()
    assert (pixels < size).all()


@pytest.mark.parametrize("name", VIEWPOINTS)
@pytest.mark.parametrize("size", [(1000, 760), (480, 360)])
def test_the_whole_box_is_inside_the_widget_at_every_viewpoint(name, size):
    pixels = VIEWPOINTS[name].projection(*size).project(CORNERS)
    assert (pixels > 0).all()
    assert (pixels < size).all()


@given(cameras, sizes, st.floats(0, 1), st.floats(0, 1))
def test_the_ray_through_a_pixel_projects_back_to_it(camera, size, u, v):
    projection = camera.projection(*size)
    pixel = np.array([u * size[0], v * size[1]])
    origin, direction = projection.ray(*pixel)
    points = origin + np.array([[1.0], [6.0], [11.0]]) * direction
    assert projection.project(points) == pytest.approx(np.tile(pixel, (3, 1)), abs=1e-3)


def test_seen_from_above_alpha_points_right_and_beta_up():
    top = VIEWPOINTS["top"].projection(800, 600)
    (x0, y0), (x1, y1), (x2, y2) = top.project([[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0]])
    assert x1 > x0
    assert y1 == pytest.approx(y0)
    assert y2 < y0
    assert x2 == pytest.approx(x0)


def test_flat_viewpoints_have_no_perspective_until_turned():
    top = VIEWPOINTS["top"]
    floor, roof = top.projection(800, 600).project([[1, 1, 0], [1, 1, 1.2]])
    assert floor == pytest.approx(roof, abs=0.5)
    turned = top.rotated(1, 0).projection(800, 600)
    floor, roof = turned.project([[1, 1, 0], [1, 1, 1.2]])
    assert np.hypot(*(floor - roof)) > 5


def test_turning_stops_straight_above_and_wraps_around():
    camera = Camera(azimuth=170, elevation=80).rotated(20, 40)
    assert camera.elevation == 90
    assert camera.azimuth == pytest.approx(-170)


def test_panning_moves_the_picture_by_as_many_pixels():
    camera, size = Camera(), (800, 600)
    before = camera.projection(*size).project([camera.center])[0]
    after = camera.panned(30, -20, *size).projection(*size).project([camera.center])[0]
    assert after - before == pytest.approx([30, -20], abs=0.5)


def test_zoom_has_bounds():
    assert Camera().zoomed(1e9).zoom < 100
    assert Camera().zoomed(1e-9).zoom > 0.01


def test_zooming_keeps_what_is_under_the_pixel_there():
    size = (800, 600)
    for camera in (Camera(), Camera(parallel=True)):
        point = np.array([[0.4, -0.2, 0.6]])
        at = camera.projection(*size).project(point)[0]
        after = camera.zoomed_at(1.5, *at, *size).projection(*size).project(point)[0]
        assert after == pytest.approx(at, abs=9 if not camera.parallel else 0.5)


def test_without_perspective_it_stays_so_when_turned():
    turned = Camera(parallel=True, elevation=80).rotated(30, 10).projection(800, 600)
    floor, roof = turned.project([[1, 1, 0], [1, 1, 1.2]])
    assert floor == pytest.approx(roof, abs=0.5)
