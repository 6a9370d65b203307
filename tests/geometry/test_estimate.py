import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape_gui.geometry.estimate import fill
from landscape_gui.geometry.lattice import levels


def grid(shape):
    return np.meshgrid(np.linspace(-1, 1, shape[1]), np.linspace(-1, 1, shape[0]))


def first_levels(shape, count):
    measured = np.zeros(shape, dtype=bool)
    for level in levels(*shape)[:count]:
        measured[tuple(level.T)] = True
    return measured


@given(st.integers(1, 30), st.integers(2, 30), st.data())
@settings(max_examples=80)
def test_measured_values_survive_and_all_is_finite(rows, columns, data):
    seed = data.draw(st.integers(0, 2**31))
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, columns))
    measured = random.random((rows, columns)) < data.draw(st.floats(0, 1))
    values[random.random((rows, columns)) < 0.1] = np.nan
    values[~measured] = np.nan
    filled = fill(values, measured)
    assert np.isfinite(filled).all()
    kept = measured & np.isfinite(values)
    np.testing.assert_array_equal(filled[kept], values[kept])
    if kept.any():
        assert filled.min() >= values[kept].min()
        assert filled.max() <= values[kept].max()


@pytest.mark.parametrize("shape", [(41, 41), (40, 40), (21, 33)])
def test_planes_are_filled_exactly(shape):
    x, y = grid(shape)
    truth = 2 * x - y + 1
    measured = first_levels(shape, 1)
    np.testing.assert_allclose(fill(np.where(measured, truth, np.nan), measured), truth, atol=1e-12)


def test_a_smooth_bowl_is_close_and_gets_closer():
    x, y = grid((41, 41))
    truth = x**2 + 3 * (y - 0.3) ** 2 + 0.5 * x * y
    errors = []
    for count in (1, 2, 3):
        measured = first_levels((41, 41), count)
        filled = fill(np.where(measured, truth, np.nan), measured)
        errors.append(np.abs(filled - truth).max())
    assert errors[0] < 0.1 * np.ptp(truth)
    assert errors[0] > 3 * errors[1] > 9 * errors[2]


def test_infinities_take_the_extremes_and_nan_is_bridged():
    values = np.ones((6, 6))
    values[2, 3], values[4, 4], values[5, 5], values[0, 0] = np.inf, -np.inf, 3.0, np.nan
    filled = fill(values, np.ones((6, 6), dtype=bool))
    assert filled[2, 3] == 3.0
    assert filled[4, 4] == 1.0
    assert filled[0, 0] == 1.0


def test_nothing_measured_is_flat_zero():
    np.testing.assert_array_equal(fill(np.full((5, 7), np.nan), np.zeros((5, 7), bool)), 0.0)
