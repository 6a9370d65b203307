from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landscape_gui.ui.views.ticks import (
    format_coordinate,
    format_value,
    linear_ticks,
    log_ticks,
    tick_labels,
)

finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(finite, st.floats(1e-6, 1e6), st.integers(2, 12))
@example(-898757.821935436, 1e-06, 11)
def test_linear_ticks_lie_inside_and_are_evenly_spaced(low, span, count):
    high = low + span
    if not low < high:
        return
    ticks = linear_ticks(low, high, count)
    slack = 1e-6 * span + 1e-9 * abs(low)
    assert np.all((ticks >= low - slack) & (ticks <= high + slack))
    assert len(ticks) <= count + 1
    if len(ticks) > 2:
        # Of numbers so large, steps so small are themselves no more exact than this.
        rounding = 4 * np.spacing(max(abs(low), abs(high)))
        np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-3, atol=rounding)


@given(st.floats(1e-6, 1e6), st.floats(1.2, 1e9))
def test_log_ticks_lie_inside(low, ratio):
    ticks = log_ticks(low, low * ratio, 8)
    assert np.all((ticks >= low * (1 - 1e-9)) & (ticks <= low * ratio * (1 + 1e-9)))


@pytest.mark.parametrize("bounds", [(1.0, 1.0), (2.0, 1.0), (np.nan, 1.0), (0.0, np.inf)])
def test_no_ticks_where_there_is_no_range(bounds):
    assert linear_ticks(*bounds, 5).size == 0
    assert log_ticks(*bounds, 5).size == 0


def test_log_ticks_are_decades_over_many_decades():
    assert log_ticks(1e-3, 1e3, 4).tolist() == [1e-2, 1.0, 1e2]


def test_numbers_have_a_true_minus_and_alike_decimals():
    assert tick_labels([-0.5, 0.0, 0.25]) == ["−0.50", "0.00", "0.25"]
    assert tick_labels(linear_ticks(-4, 4, 8)) == ["−4", "−3", "−2", "−1", "0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.37, "0.3700"),
        (-12.34, "−12.34"),
        (123456.0, "1.235×10⁵"),
        (2.5e-7, "2.500×10⁻⁷"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
    ],
)
def test_format_value(value, text):
    assert format_value(value) == text


def test_coordinates_tell_neighbours_apart():
    assert format_coordinate(-1.8, 0.2) == "−1.80"
    assert format_coordinate(0.0, 0.2) == "0.00"
    assert format_coordinate(0.1234, 0.001) == "0.123"
