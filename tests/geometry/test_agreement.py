import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.geometry.agreement import minima, spearman


def slow_spearman(a, b):
    """Pearson's correlation of ranks that are counted one by one."""

    def ranks(values):
        return [sum(v < w for v in values) + (sum(v == w for v in values) + 1) / 2 for w in values]

    return np.corrcoef(ranks(a), ranks(b))[0, 1]


@given(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=3, max_size=30).filter(
        lambda pairs: all(len(set(side)) > 1 for side in zip(*pairs, strict=True))
    )
)
def test_rank_correlation_with_ties_is_that_of_counted_ranks(pairs):
    a, b = np.array(pairs, dtype=float).T
    assert spearman(a, b) == pytest.approx(slow_spearman(a, b), abs=1e-12)


def test_rank_correlation_is_what_scipy_gives():
    rng = np.random.default_rng(7)
    a = rng.normal(size=50)
    b = np.round(a + rng.normal(size=50), 1)
    # scipy.stats.spearmanr(a, b).statistic, SciPy 1.17.1
    assert spearman(a, b) == pytest.approx(0.7067646378070627, abs=1e-12)


def test_any_rising_function_agrees_wholly_and_nan_is_left_out():
    x = np.linspace(0, 3, 10).reshape(2, 5)
    assert spearman(x, np.exp(x)) == 1.0
    assert spearman(x, -x) == -1.0
    y = np.exp(x)
    y[0, 2] = np.nan
    assert spearman(x, y) == 1.0
    assert np.isnan(spearman(x, np.ones_like(x)))
    assert np.isnan(spearman(x[0, :2], y[0, :2]))


def test_minima_are_as_far_apart_as_the_angle_of_the_axes_says():
    alpha, beta = np.linspace(-2, 2, 5), np.linspace(-1, 1, 3)
    first, second = np.ones((3, 5)), np.ones((3, 5))
    first[0, 1], second[2, 3] = 0.0, 0.25
    second[0, 1] = 0.75
    found = minima(alpha, beta, first, second, cosine=0.5)
    assert found is not None
    assert (found.first, found.second) == ((-1.0, -1.0), (1.0, 1.0))
    assert found.distance == pytest.approx(np.sqrt(4 + 4 + 4))
    assert found.excess == pytest.approx(0.5)
    assert found.ties == 1


def test_of_equal_minima_the_nearest_counts():
    alpha = beta = np.arange(4.0)
    first, second = np.ones((4, 4)), np.ones((4, 4))
    first[1, 1] = 0
    second[3, 3] = second[1, 2] = 0
    found = minima(alpha, beta, first, second)
    assert found is not None
    assert (found.second, found.distance, found.ties) == ((2.0, 1.0), 1.0, 2)
    assert minima(alpha, beta, first, np.full((4, 4), np.nan)) is None
