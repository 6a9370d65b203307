import numpy as np
import pytest

from landscape_gui.geometry.descent import descent


def test_a_double_well_has_its_barrier_in_the_middle():
    x = np.linspace(-1, 1, 201)
    found = descent(x, 3 * (x**2 - 1) ** 2)
    assert (found.barrier, found.barrier_at) == (pytest.approx(3.0), pytest.approx(0.0))
    assert found.climb == pytest.approx(3.0)
    assert (found.climb_from, found.climb_to) == (pytest.approx(-1.0), pytest.approx(0.0))
    assert found.ascent_share == pytest.approx(0.5)
    assert not found.monotone


def test_a_tilted_double_well_has_its_barrier_over_the_higher_end():
    x = np.linspace(-1, 1, 2001)
    y = 3 * (x**2 - 1) ** 2 - 0.5 * x
    found = descent(x, y)
    assert found.barrier == pytest.approx(y.max() - 0.5)
    assert found.climb == pytest.approx(y.max() - y[:1000].min())


def test_a_loss_that_only_falls_has_neither_barrier_nor_climb():
    found = descent(np.arange(4.0), np.array([3.0, 2.0, 2.0, 0.5]))
    assert found.monotone
    assert (found.barrier, found.climb, found.ascent_share) == (0.0, 0.0, 0.0)


def test_a_climb_below_the_start_is_no_barrier():
    found = descent(np.arange(4.0), np.array([3.0, 1.0, 2.0, 0.5]))
    assert found.barrier == 0
    assert (found.climb, found.climb_from, found.climb_to) == (1.0, 1.0, 2.0)
    assert found.ascent_share == pytest.approx(1 / 4.5)


def test_infinity_is_an_infinite_barrier_and_nan_is_refused():
    found = descent(np.arange(3.0), np.array([1.0, np.inf, 0.0]))
    assert found.barrier == found.climb == np.inf
    with pytest.raises(ValueError, match="NaN"):
        descent(np.arange(3.0), np.array([1.0, np.nan, 0.0]))
