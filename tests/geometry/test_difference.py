from __future__ import annotations

import numpy as np
import pytest

from landscape_gui.geometry.difference import SampledSurface, difference


def surface(f, n, m=None, low=-4.0, high=4.0, known=None, measured=None, bounds=None):
    alpha, beta = np.linspace(low, high, n), np.linspace(low, high, m or n)
    values = f(alpha[None, :], beta[:, None])
    known = np.ones(values.shape, bool) if known is None else known(alpha, beta)
    values = np.where(known, values, np.nan)
    measured = known if measured is None else measured & known
    bounds = np.where(measured, 0.0, np.nan) if bounds is None else bounds
    return SampledSurface(alpha, beta, values, measured, bounds)


def valley(a, b):
    return 0.2 + 0.1 * (a - 1) ** 2 + 0.3 * np.sin(0.7 * b) * np.cos(0.5 * a)


def bowl(a, b):
    return 0.05 * (a**2 + 2 * b**2) + 0.2 * np.exp(-(a**2) / 4)


def test_on_one_lattice_it_is_the_subtraction_bit_for_bit():
    found = difference(surface(valley, 21), surface(bowl, 21))
    a, b = np.meshgrid(found.alpha, found.beta)
    np.testing.assert_array_equal(found.values, valley(a, b) - bowl(a, b))
    assert found.measured.all()
    assert not found.resampled
    assert (found.bounds == 0).all()


def test_nested_lattices_are_measured_at_common_points_only():
    found = difference(surface(valley, 41), surface(bowl, 21))
    assert found.values.shape == (41, 41)
    common = np.zeros((41, 41), bool)
    common[::2, ::2] = True
    np.testing.assert_array_equal(found.measured, common)
    np.testing.assert_array_equal(found.interpolated, ~common)
    a, b = np.meshgrid(found.alpha, found.beta)
    np.testing.assert_allclose(found.values, valley(a, b) - bowl(a, b), atol=2e-3)
    np.testing.assert_allclose(
        found.values[common], (valley(a, b) - bowl(a, b))[common], atol=1e-14
    )
    assert np.isnan(found.bounds[~common]).all()


def test_different_ranges_leave_the_common_part_on_the_finer_lattice():
    found = difference(surface(valley, 33), surface(bowl, 26, low=-2.0, high=6.0))
    assert found.alpha[0] == pytest.approx(-2.0)
    assert found.alpha[-1] == pytest.approx(4.0)
    np.testing.assert_allclose(np.diff(found.alpha), 0.25)
    a, b = np.meshgrid(found.alpha, found.beta)
    np.testing.assert_allclose(found.values, valley(a, b) - bowl(a, b), atol=4e-3)
    reversed_ = difference(surface(bowl, 26, low=-2.0, high=6.0), surface(valley, 33))
    np.testing.assert_allclose(reversed_.values, -found.values)


def test_cubic_surfaces_are_interpolated_exactly():
    def cubic(a, b):
        return 0.1 * a**3 - a * b + 0.2 * b**2 + b**3 / 9

    found = difference(surface(lambda a, b: 0 * a * b, 57), surface(cubic, 20, 17))
    a, b = np.meshgrid(found.alpha, found.beta)
    np.testing.assert_allclose(found.values, -cubic(a, b), atol=1e-12)


def test_unknown_regions_stay_unknown_and_do_not_spread_beyond_their_cells():
    def left_of_zero(alpha, beta):
        return np.broadcast_to(alpha[None, :] <= 0, (beta.size, alpha.size)).copy()

    found = difference(surface(valley, 41), surface(bowl, 21, known=left_of_zero))
    known = np.isfinite(found.values)
    np.testing.assert_array_equal(known, np.broadcast_to(found.alpha <= 1e-9, known.shape))
    a, b = np.meshgrid(found.alpha, found.beta)
    np.testing.assert_allclose(found.values[known], (valley(a, b) - bowl(a, b))[known], atol=6e-3)
    assert not (found.measured & ~known).any()


def test_infinities_are_not_subtracted():
    first = surface(valley, 9)
    first.values[3, 4] = np.inf
    found = difference(first, surface(bowl, 9))
    assert np.isnan(found.values[3, 4])
    assert not found.measured[3, 4]
    assert np.isfinite(found.values).sum() == 80


def test_estimates_make_estimates_and_bounds_add_up():
    rng = np.random.default_rng(0)
    measured_a, measured_b = rng.random((2, 9, 9)) < 0.6
    a = surface(valley, 9, measured=measured_a, bounds=np.where(measured_a, 0.0, 0.01))
    b = surface(bowl, 9, measured=measured_b, bounds=np.where(measured_b, 0.0, 0.02))
    found = difference(a, b)
    np.testing.assert_array_equal(found.measured, measured_a & measured_b)
    expected = np.where(measured_a, 0, 0.01) + np.where(measured_b, 0, 0.02)
    np.testing.assert_allclose(found.bounds, expected)


def test_without_a_common_area_there_is_no_difference():
    apart = surface(bowl, 9, low=10.0, high=12.0)
    assert difference(surface(valley, 9), apart) is None
    edge = surface(bowl, 9, low=4.0, high=12.0)
    assert difference(surface(valley, 9), edge) is None


def test_points_rounded_differently_are_the_same_points():
    first, second = surface(valley, 41), surface(bowl, 41)
    shifted = SampledSurface(
        second.alpha + 1e-12, second.beta - 1e-12, second.values, second.measured, second.bounds
    )
    assert difference(first, shifted).measured.all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_in_one_is_so_in_the_difference(bad):
    first, second = surface(valley, 11), surface(bowl, 11)
    second.values[3, 4] = bad
    found = difference(first, second)
    lost = np.zeros((11, 11), bool)
    lost[3, 4] = True
    np.testing.assert_array_equal(found.not_finite, lost)
    np.testing.assert_array_equal(found.measured, ~lost)
    assert np.isnan(found.values[3, 4])
    first.values[3, 4] = bad  # the same infinity in both cancels out no less
    assert difference(first, second).not_finite[3, 4]


def test_between_points_one_that_is_not_finite_spoils_its_cells_only():
    first, second = surface(valley, 21), surface(bowl, 11)
    second.values[5, 5] = np.inf
    found = difference(first, second)
    spoilt = np.zeros((21, 21), bool)
    spoilt[9:12, 9:12] = True
    np.testing.assert_array_equal(found.not_finite, spoilt)
    np.testing.assert_array_equal(np.isnan(found.values), spoilt)


def test_what_is_not_measured_is_not_called_not_finite():
    found = difference(
        surface(valley, 11), surface(bowl, 11, known=lambda a, b: b[:, None] + 0 * a[None] < 0)
    )
    assert np.isnan(found.values).any()
    assert not found.not_finite.any()
