import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.ticks import nice_step, nice_ticks, tick_labels


@given(st.floats(-1e6, 1e6), st.floats(-6, 6).map(lambda e: 10.0**e), st.integers(2, 12))
def test_ticks_are_multiples_of_a_round_step_inside_the_range(low, span, target):
    high = low + span
    ticks, step = nice_ticks(low, high, target), nice_step(low, high, target)
    assert len(ticks) <= target + 1
    assert ((ticks >= low - 1e-5 * step) & (ticks <= high + 1e-5 * step)).all()
    mantissa = step / 10 ** np.floor(np.log10(step) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 5, 10)) < 1e-6


def test_the_default_plane_gets_whole_numbers():
    ticks = nice_ticks(-4, 4, 8)
    assert ticks == pytest.approx(np.arange(-4, 5))
    assert tick_labels(ticks) == ["−4", "−3", "−2", "−1", "0", "1", "2", "3", "4"]


def test_numbers_have_as_many_decimals_as_the_step():
    assert tick_labels(np.array([0.5, 1.0, 1.5])) == ["0.5", "1.0", "1.5"]
    assert tick_labels(np.array([0.25, 0.30])) == ["0.25", "0.30"]


@given(st.floats(-9, 9).map(lambda e: 10.0**e), st.floats(0, 100))
def test_different_ticks_read_differently(span, offset):
    ticks = nice_ticks(offset * span, offset * span + span, 6)
    labels = tick_labels(ticks)
    assert len(set(labels)) == len(ticks)


def test_no_ticks_no_labels():
    assert tick_labels(np.array([])) == []
