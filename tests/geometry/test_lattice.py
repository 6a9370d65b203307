import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.geometry.lattice import axis_points, levels, strides


def test_default_axis_holds_the_points_that_matter_exactly():
    axis = axis_points(-4, 4, 41)
    assert {-4.0, 0.0, 1.0, 4.0} <= set(axis.tolist())


def test_the_papers_forty_points_miss_start_and_end():
    axis = axis_points(-4, 4, 40)
    assert len(axis) == 40
    assert not {0.0, 1.0} & set(axis.tolist())
    assert np.abs(axis - 1).min() == pytest.approx(1 - 0.923, abs=1e-3)


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.integers(2, 300))
def test_axis_is_ascending_even_and_ends_where_asked(low, width, count):
    axis = axis_points(low, low + width, count)
    assert axis[0] == low
    assert axis[-1] == low + width
    assert (np.diff(axis) > 0).all()
    np.testing.assert_allclose(np.diff(axis), width / (count - 1), rtol=1e-6, atol=1e-9)


@given(st.integers(1, 60), st.integers(2, 60))
def test_levels_visit_every_point_once(rows, columns):
    visited = np.concatenate(levels(rows, columns))
    assert len(visited) == rows * columns
    assert len({tuple(p) for p in visited}) == rows * columns


def test_coarse_levels_span_the_whole_range():
    counts = np.cumsum([len(level) for level in levels(41, 41)])
    assert counts.tolist() == [36, 121, 441, 1681]
    for shape in [(41, 41), (40, 40), (7, 33)]:
        first = levels(*shape)[0]
        assert first.min(axis=0).tolist() == [0, 0]
        assert first.max(axis=0).tolist() == [shape[0] - 1, shape[1] - 1]


def test_one_row_makes_the_levels_of_a_curve():
    assert strides(1, 41)[0] == (1, 8)
    assert np.concatenate(levels(1, 41))[:, 0].tolist() == [0] * 41
