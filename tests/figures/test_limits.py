"""Limits of values, whatever the values are."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from landscape_gui.figures.limits import robust_limits


@given(st.lists(st.floats(), max_size=50))
@example([1.7958972376246913e308])
def test_limits_are_finite_and_ascend(values):
    low, high = robust_limits([np.array(values, dtype=float)])
    assert np.isfinite([low, high]).all()
    assert low < high


def test_a_few_towers_do_not_flatten_the_rest_but_a_slope_is_kept_whole():
    slope = np.linspace(0, 1, 1000)
    assert robust_limits([slope]) == (0, 1)
    towers = np.append(slope, [1e5, np.inf, np.nan])
    low, high = robust_limits([towers])
    assert low == 0
    assert 0.9 < high < 1
