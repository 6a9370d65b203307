import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.scene import AxisTitles, Limits, SurfaceScene
from landscape_gui.ui.surface3d.box import HEIGHT, Box, own_limits

AXIS = np.array([-4.0, 4.0])


@given(st.floats(-4, 4), st.floats(-2, 6))
def test_plane_coordinates_invert_the_map(alpha, beta):
    box = Box((-4, 4), (-2, 6), 0, 1)
    back = box.plane_coordinates(float(box.x(alpha)), float(box.y(beta)))
    assert back == pytest.approx((alpha, beta), abs=1e-9)


def test_values_beyond_the_limits_are_clipped_and_unknown_ones_stay_so():
    box = Box.from_data(AXIS, AXIS, Limits(1.0, 3.0))
    z = box.z([0.0, 1.0, 2.0, 3.0, 1e308, -1e308, np.nan])
    assert z[:6] == pytest.approx([0, 0, HEIGHT / 2, HEIGHT, HEIGHT, 0])
    assert np.isnan(z[6])


@pytest.mark.parametrize("limits", [Limits(2, 2), Limits(0, 0), Limits(3, 1), Limits(1e12, 1e12)])
def test_limits_that_do_not_ascend_still_give_a_box(limits):
    box = Box.from_data(AXIS, AXIS, limits)
    assert box.high > box.low
    assert np.isfinite(box.z([limits.low])).all()


def test_own_limits_are_those_of_what_is_measured():
    height = np.array([[1.0, 9.0], [2.0, 5.0]])
    measured = np.array([[True, False], [True, True]])
    scene = SurfaceScene(AXIS, AXIS, height, measured, AxisTitles("", "", ""))
    assert own_limits(scene) == Limits(1.0, 5.0)


@given(st.floats(0.01, 100))
def test_a_logarithmic_box_has_equal_heights_for_equal_ratios(value):
    box = Box.from_data(AXIS, AXIS, Limits(0.01, 100.0), log=True, foot=0.2)
    share = (float(box.z(value)) - 0.2) / box.room
    assert share == pytest.approx(np.log(value / 0.01) / np.log(1e4), abs=1e-9)
    assert box.z([0.0, -3.0, 1e9]) == pytest.approx([0.2, 0.2, HEIGHT])


def test_a_logarithmic_box_exists_for_limits_that_begin_at_zero():
    box = Box.from_data(AXIS, AXIS, Limits(0.0, 0.5), log=True)
    assert 0 < box.low < box.high
    assert not Box.from_data(AXIS, AXIS, Limits(-3.0, 0.0), log=True).log
