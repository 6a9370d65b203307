import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.surface3d.height_field import HeightField

AXIS = np.linspace(-1, 1, 81)
X, Y = np.meshgrid(AXIS, AXIS)
BOWL = HeightField(AXIS, AXIS, 0.6 * (X**2 + Y**2))
RIDGE = HeightField(AXIS, AXIS, 1.1 * np.exp(-((Y / 0.15) ** 2)))
inside = st.floats(-0.95, 0.95)


@given(inside, inside)
def test_height_is_bilinear_between_the_points(x, y):
    got = BOWL.sample(np.array([x]), np.array([y]))[0]
    assert got == pytest.approx(0.6 * (x * x + y * y), abs=1e-3)


@given(inside, inside, st.floats(-180, 180))
def test_a_line_of_sight_meets_what_lies_under_the_pixel(x, y, azimuth):
    projection = Camera(azimuth, 65).projection(800, 600)
    point = np.array([x, y, BOWL.sample(np.array([x]), np.array([y]))[0]])
    hit = BOWL.first_hit(*projection.ray(*projection.project(point)))
    assert hit == pytest.approx((x, y), abs=0.01)


def test_a_line_of_sight_beside_the_box_meets_nothing():
    projection = Camera().projection(800, 600)
    assert BOWL.first_hit(*projection.ray(2, 2)) is None


def test_lattices_with_uneven_spacing_are_met_in_the_right_place():
    uneven = np.array([-1.0, -0.2, -0.1, 0.0, 0.1, 0.9, 1.0])
    x, y = np.meshgrid(uneven, uneven)
    plane = HeightField(uneven, uneven, 0.3 + 0.2 * x + 0.1 * y)
    projection = Camera(-30, 50).projection(800, 600)
    hit = plane.first_hit(*projection.ray(*projection.project([0.5, -0.6, 0.34])))
    assert hit == pytest.approx((0.5, -0.6), abs=0.01)


def test_what_is_behind_a_ridge_is_hidden_and_what_is_before_it_is_not():
    eye = Camera(azimuth=-90, elevation=20).projection(800, 600).eye
    points = np.array([[0.0, 0.5, 0.02], [0.0, -0.6, 0.0], [0.0, 0.0, 1.1], [0.0, 0.5, 1.19]])
    assert RIDGE.visible(points, eye).tolist() == [False, True, True, True]


def test_a_point_below_the_surface_is_hidden_from_above_but_not_from_below():
    under = np.array([[0.0, 0.8, 0.1]])
    assert not BOWL.visible(under, Camera(elevation=60).projection(8, 6).eye)[0]
    assert BOWL.visible(under, Camera(elevation=-60).projection(8, 6).eye)[0]


def test_no_points_are_no_trouble():
    assert BOWL.visible(np.empty((0, 3)), np.array([0.0, 0.0, 9.0])).shape == (0,)
