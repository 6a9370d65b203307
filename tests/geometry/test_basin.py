import numpy as np
import pytest

from landscape_gui.geometry.basin import basin_of


def lattice(points, reach=2.0):
    axis = np.linspace(-reach, reach, points)
    return axis, axis, *np.meshgrid(axis, axis)


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (4.0, 1.0), (1.0, 9.0)])
def test_the_area_of_a_quadratic_bowl_is_that_of_an_ellipse(a, b):
    alpha, beta, x, y = lattice(401)
    found = basin_of(alpha, beta, a * (x - 0.3) ** 2 + b * (y + 0.1) ** 2, (0.3, -0.1), 0.5)
    assert found.area == pytest.approx(np.pi * 0.5 / np.sqrt(a * b), rel=2e-3)
    assert found.bounded


def test_of_a_cone_over_a_square_the_area_is_exact_on_any_lattice():
    alpha, beta, x, y = lattice(9)
    found = basin_of(alpha, beta, np.abs(x) + np.abs(y), (0.0, 0.0), 0.7)
    # It is linear in every cell, so the cut through the cells is exact.
    assert found.area == pytest.approx(2 * 0.7**2, rel=1e-12)


def test_a_second_basin_does_not_count_however_near():
    alpha, beta, x, y = lattice(201)
    two = np.minimum((x + 1) ** 2 + y**2, (x - 1) ** 2 + y**2)
    alone = basin_of(alpha, beta, two, (1.0, 0.0), 0.5)
    joined = basin_of(alpha, beta, two, (1.0, 0.0), 1.02)
    assert alone.area == pytest.approx(np.pi * 0.5, rel=5e-3)
    assert joined.area > 2 * np.pi * 0.95
    assert not alone.inside[:, :100].any()
    assert joined.inside[100, 50]


def test_a_basin_that_reaches_the_rim_is_not_bounded_and_counts_as_far_as_it_is_seen():
    alpha, beta, x, _ = lattice(41)
    valley = basin_of(alpha, beta, x**2, (0.0, 0.0), 0.25)
    assert not valley.bounded
    assert valley.area == pytest.approx(4 * 1.0, rel=2e-2)
    everything = basin_of(alpha, beta, 0 * x, (0.0, 0.0), 1.0)
    assert everything.area == pytest.approx(16.0)


def test_what_is_not_finite_is_a_wall():
    alpha, beta, x, _ = lattice(21)
    values = np.zeros_like(x)
    values[:, 5] = np.nan
    values[:, 15] = np.inf
    found = basin_of(alpha, beta, values, (0.0, 0.0), 1.0)
    inside = np.flatnonzero(found.inside.any(axis=0))
    assert (inside[0], inside[-1]) == (6, 14)
    assert found.area == pytest.approx(8 * 0.2 * 4, rel=1e-6)


def test_a_point_between_the_lattice_points_and_one_outside():
    alpha, beta, x, y = lattice(40)  # an even number: no point at 0
    found = basin_of(alpha, beta, x**2 + y**2, (0.0, 0.0), 1.0)
    assert found.area == pytest.approx(np.pi, rel=2e-2)
    assert basin_of(alpha, beta, 5 + x**2 + y**2, (0.0, 0.0), 1.0).area == 0
    with pytest.raises(ValueError, match="outside"):
        basin_of(alpha, beta, x, (3.0, 0.0), 1.0)


def test_axes_with_different_steps_and_a_winding_valley():
    alpha, beta = np.linspace(0, 6, 61), np.linspace(0, 3, 91)
    x, y = np.meshgrid(alpha, beta)
    # Three corridors that are joined at alternate ends: 5 × 1 each in the middle.
    wall = ((np.abs(y - 1) < 0.1) & (x < 5)) | ((np.abs(y - 2) < 0.1) & (x > 1))
    found = basin_of(alpha, beta, wall.astype(float), (0.0, 0.0), 0.5)
    assert found.inside[-1, -1]
    assert found.area == pytest.approx(18 - 2 * 5 * 0.2, abs=0.2)
