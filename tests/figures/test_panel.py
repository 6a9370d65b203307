"""Heights that fill the gaps between measured points."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from landscape_gui.figures.panel import Panel


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
