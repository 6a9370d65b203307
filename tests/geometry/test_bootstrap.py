import numpy as np
import pytest

from landscape_gui.geometry.bootstrap import paired_interval


def test_of_many_examples_the_interval_is_the_normal_one():
    rng = np.random.default_rng(1)
    values = rng.exponential(size=5000)
    low, high = paired_interval(values)
    half = 1.96 * values.std(ddof=1) / np.sqrt(5000)
    assert (low, high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=0.1 * half
    )


def test_a_few_kinds_of_differences_are_drawn_as_if_one_by_one():
    values = np.repeat([-1.0, 0.0, 1.0], [10, 350, 48])
    noisy = values + np.random.default_rng(0).normal(size=408) * 1e-9  # all different: the slow way
    assert paired_interval(values) == pytest.approx(paired_interval(noisy), abs=0.012)
    low, high = paired_interval(values)
    assert low < 38 / 408 < high


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(3)
    hits = 0
    for trial in range(300):
        values = rng.choice([-1.0, 0.0, 1.0], size=150, p=[0.1, 0.7, 0.2])
        low, high = paired_interval(values, resamples=1000, seed=trial)
        hits += low <= 0.1 <= high
    assert 0.90 <= hits / 300 <= 0.98


def test_equal_outcomes_have_no_width_and_what_is_not_finite_has_no_interval():
    assert paired_interval(np.zeros(20)) == (0.0, 0.0)
    assert np.isnan(paired_interval([1.0])).all()
    assert np.isnan(paired_interval([1.0, np.inf])).all()
    assert paired_interval([1.0, 2.0, 4.0]) == paired_interval([1.0, 2.0, 4.0])
