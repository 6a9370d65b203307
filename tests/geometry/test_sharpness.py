import numpy as np
import pytest

from landscape_gui.geometry.sharpness import keskar_sharpness, second_difference


def bowl(a, b, points=41, bottom=0.5):
    axis = np.linspace(-4, 4, points)
    x, y = np.meshgrid(axis, axis)
    return axis, axis, bottom + a * (x - 1) ** 2 + b * y**2


def test_sharpness_of_a_bowl_is_known_where_the_box_ends_on_the_lattice():
    alpha, beta, values = bowl(2.0, 3.0)
    found = keskar_sharpness(alpha, beta, values, (1.0, 0.0), 0.4, 0.5)
    # Half sides ε (|1| + 1) and ε (|0| + 1), as in Metric 2.1 with A = I.
    assert found.half_sides == (0.8, 0.4)
    assert found.highest == pytest.approx(0.5 + 2 * 0.8**2 + 3 * 0.4**2)
    assert found.value == pytest.approx(100 * (2 * 0.64 + 3 * 0.16) / 1.5)
    assert found.bounded


def test_between_the_points_the_box_is_cut_bilinearly():
    alpha = beta = np.array([-1.0, 0.0, 1.0])
    values = np.abs(np.add.outer(beta, alpha))
    found = keskar_sharpness(alpha, beta, values, (0.0, 0.0), 0.25, 0.0)
    assert found.highest == pytest.approx(0.5)


def test_a_peak_inside_the_box_counts_and_one_outside_does_not():
    alpha, beta, values = bowl(0.0, 0.0)
    values[20, 27] = 9.0  # α = 1.4
    assert keskar_sharpness(alpha, beta, values, (1.0, 0.0), 0.25, 0.5).highest == 9.0
    assert keskar_sharpness(alpha, beta, values, (1.0, 0.0), 0.1, 0.5).value == 0.0


def test_a_box_that_leaves_the_lattice_says_so_and_infinity_is_infinitely_sharp():
    alpha, beta, values = bowl(1.0, 1.0)
    assert not keskar_sharpness(alpha, beta, values, (1.0, 0.0), 2.0, 0.5).bounded
    values[20, 27] = np.nan  # α = 1.4
    assert keskar_sharpness(alpha, beta, values, (1.0, 0.0), 0.25, 0.5).value == np.inf
    assert np.isfinite(keskar_sharpness(alpha, beta, values, (1.0, 0.0), 0.05, 0.5).value)
    with pytest.raises(ValueError, match="not finite"):
        keskar_sharpness(alpha, beta, values, (1.0, 0.0), 0.25, np.nan)
    with pytest.raises(ValueError, match="outside"):
        keskar_sharpness(alpha, beta, values, (9.0, 0.0), 0.25, 0.5)


def test_curvature_of_a_parabola_is_exact_also_with_unequal_steps():
    x = np.array([-3.0, 0.2, 0.9, 1.0, 1.4, 5.0])
    found = second_difference(x, 3 * (x - 1) ** 2 + 2 * (x - 1) + 7, 1.0, 7.0)
    assert found is not None
    assert found.value == pytest.approx(6.0)
    assert found.steps == pytest.approx((0.1, 0.4))


def test_without_a_value_on_both_sides_there_is_no_curvature():
    x = np.linspace(0, 1, 5)
    assert second_difference(x, x, 1.0, 1.0) is None
    assert second_difference(x, np.full(5, np.nan), 0.5, 1.0) is None
