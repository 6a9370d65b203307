import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.engine.schedule import pending_levels
from landscape_gui.geometry.lattice import axis_points


@given(st.integers(2, 25), st.integers(1, 25), st.floats(0, 1), st.integers(0, 99))
def test_everything_unmeasured_comes_once_and_nothing_else(columns, rows, share, seed):
    alpha = axis_points(-4, 4, columns)
    beta = axis_points(-4, 4, rows) if rows > 1 else np.zeros(1)
    measured = np.random.default_rng(seed).random((rows, columns)) < share
    found = np.concatenate(pending_levels(alpha, beta, measured, (1.0, 0.0)))
    assert {tuple(p) for p in found} == {tuple(p) for p in np.argwhere(~measured)}
    assert len(found) == (~measured).sum()


def test_a_level_grows_outwards_from_the_end_point():
    alpha = beta = axis_points(-4, 4, 41)
    for level in pending_levels(alpha, beta, np.zeros((41, 41), bool), (1.0, 0.0)):
        distance = (alpha[level[:, 1]] - 1) ** 2 + beta[level[:, 0]] ** 2
        assert (np.diff(distance) > -1e-9).all()


def test_what_is_left_keeps_its_order():
    alpha = beta = axis_points(-4, 4, 11)
    whole = np.concatenate(pending_levels(alpha, beta, np.zeros((11, 11), bool), (1.0, 0.0)))
    measured = np.zeros((11, 11), bool)
    measured[tuple(whole[:30].T)] = True
    rest = np.concatenate(pending_levels(alpha, beta, measured, (1.0, 0.0)))
    np.testing.assert_array_equal(rest, whole[30:])
