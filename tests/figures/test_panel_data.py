import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from support.landscapes import make_run

from landscape_gui.figures.panel_data import Panel, robust_limits, run_titles


def panel(values, measured):
    rows, columns = values.shape
    return Panel(
        "", np.arange(float(columns)), np.arange(float(rows)), values, measured, 0,
        values[measured], (), None, "", "",
    )  # fmt: skip


@given(
    arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=9)),
    st.sampled_from([1, 2, 4]),
    st.randoms(),
)
def test_heights_are_finite_within_limits_and_keep_what_is_measured(values, factor, generator):
    measured = np.array([[generator.random() < 0.6 for _ in row] for row in values])
    heights = panel(values, measured).heights(-1.0, 2.0, factor)
    assert heights.shape == tuple((length - 1) * factor + 1 for length in values.shape)
    assert np.isfinite(heights).all()
    known = measured & ~np.isnan(values)
    if known.any():
        assert heights.min() >= -1
        assert heights.max() <= 2
    np.testing.assert_array_equal(
        heights[::factor, ::factor][known], np.clip(values, -1.0, 2.0)[known]
    )


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


def test_titles_tell_runs_apart():
    a, b = make_run("one"), make_run("two", "scratch")
    assert run_titles([a, b]) == ["MRPC, fine-tuned", "MRPC, from scratch"]
    assert run_titles([a, make_run("three")]) == ["one", "three"]
