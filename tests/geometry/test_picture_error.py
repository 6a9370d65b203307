import numpy as np
import pytest

from landscape_gui.geometry.estimate import fill
from landscape_gui.geometry.lattice import levels
from landscape_gui.geometry.picture_error import level_error


def bowl(count: int) -> np.ndarray:
    axis = np.linspace(-4, 4, count)
    return (axis[None, :] - 1) ** 2 + np.sin(axis[:, None] * 2)


def test_a_level_judges_the_picture_that_was_shown_before_it():
    values, of = bowl(41), levels(41, 41)
    before = np.zeros(values.shape, dtype=bool)
    before[of[0][:, 0], of[0][:, 1]] = True
    shown = fill(values, before)
    j, i = of[1].T
    measured = values[np.vstack(of[:2])[:, 0], np.vstack(of[:2])[:, 1]]
    expected = np.quantile(np.abs(values - shown)[j, i], 0.95) / np.ptp(measured)
    assert level_error(values, of, 1) == pytest.approx(expected)


def test_unmeasured_points_do_not_count():
    values, of = bowl(41), levels(41, 41)
    partial = np.full(values.shape, np.nan)
    for level in of[:2]:
        partial[level[:, 0], level[:, 1]] = values[level[:, 0], level[:, 1]]
    assert level_error(partial, of, 1) == level_error(values, of, 1)


def test_finer_levels_find_the_picture_better():
    values, of = bowl(41), levels(41, 41)
    errors = [level_error(values, of, number) for number in range(len(of))]
    assert errors == sorted(errors, reverse=True)
    # The coarsest level judges itself, with half of the points' neighbours: no better than later.
    assert errors[0] > 0.01


@pytest.mark.parametrize("count", [2, 5, 9])
def test_curves_and_small_lattices(count):
    line = bowl(count)[:1]
    of = levels(1, count)
    for number in range(len(of)):
        error = level_error(line, of, number)
        assert error is None or error >= 0
    assert level_error(line, of, 0) is None


def test_nothing_is_said_of_constants_and_of_nothing():
    of = levels(9, 9)
    assert level_error(np.zeros((9, 9)), of, 1) is None
    assert level_error(np.full((9, 9), np.nan), of, 1) is None


def test_holes_are_left_out():
    values = bowl(17)
    values[3, 5], values[0, 0] = np.nan, np.inf
    for number in range(len(levels(17, 17))):
        error = level_error(values, levels(17, 17), number)
        assert error is not None
        assert np.isfinite(error)
