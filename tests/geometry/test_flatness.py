import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.geometry.flatness import basin_width, with_points


@given(st.floats(0.1, 10), st.floats(-0.5, 0.5), st.floats(0.05, 0.9))
def test_width_of_a_parabola_is_known(curvature, center, rise):
    alpha = np.linspace(-6, 6, 4001)
    found = basin_width(alpha, curvature * (alpha - center) ** 2, center, rise)
    assert found.length == pytest.approx(2 * np.sqrt(rise / curvature), rel=2e-2)
    assert found.bounded == (True, True)


def test_a_slope_that_never_rises_is_unbounded_on_that_side():
    alpha = np.linspace(-4, 4, 41)
    found = basin_width(alpha, np.maximum(alpha, 0), 0.0, 0.5)
    assert found.left == -4
    assert found.right == pytest.approx(0.5)
    assert found.bounded == (False, True)


def test_walls_of_infinity_and_nan_end_the_basin():
    alpha = np.arange(5.0)
    found = basin_width(alpha, np.array([np.nan, 0, 0, 0, np.inf]), 2.0, 1.0)
    assert (found.left, found.right) == (1.0, 3.0)
    with pytest.raises(ValueError, match="not finite"):
        basin_width(alpha, np.full(5, np.nan), 2.0, 1.0)
    with pytest.raises(ValueError, match="outside"):
        basin_width(alpha, alpha, 9.0, 1.0)


def test_a_second_basin_does_not_count():
    alpha = np.linspace(-4, 4, 81)
    found = basin_width(alpha, np.cos(np.pi * alpha), 1.0, 1.0)
    assert found.length == pytest.approx(1.0, abs=0.01)


def test_known_points_stand_in_for_those_of_the_curve_and_between_them():
    alpha, value = np.array([0.0, 1.0, 2.0]), np.array([5.0, 6.0, 7.0])
    at, found = with_points(alpha, value, {1.0 + 1e-12: -1.0, 0.5: -2.0, 3.0: -3.0})
    np.testing.assert_allclose(at, [0.0, 0.5, 1.0, 2.0, 3.0])
    assert found.tolist() == [5.0, -2.0, -1.0, 7.0, -3.0]
    assert value.tolist() == [5.0, 6.0, 7.0], "the curve itself is left as it is"
