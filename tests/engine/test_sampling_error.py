"""Standard errors against the range, and when to speak of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.engine.sampling_error import sampling_shares, sampling_words


def test_the_median_over_the_range():
    values = {"train_loss": np.array([1.0, 3.0, np.nan, 5.0])}
    errors = {"train_loss": np.array([0.1, 0.4, np.nan, 0.9])}
    assert sampling_shares(values, errors) == {"train_loss": pytest.approx(0.1)}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ([2.0, 2.0], [0.1, 0.1]),
        ([1.0, 2.0], [np.nan, np.nan]),
        ([np.nan, np.nan], [0.1, 0.1]),
        ([0.0, np.inf], [np.nan, np.nan]),
    ],
)
def test_what_has_no_share_is_left_out(values, errors):
    assert sampling_shares({"dev_loss": np.array(values)}, {"dev_loss": np.array(errors)}) == {}


@given(
    values=st.lists(st.floats(-100, 100), min_size=2, max_size=30, unique=True),
    scale=st.floats(0.01, 100),
)
def test_shares_do_not_depend_on_the_unit(values, scale):
    height = np.array(values)
    errors = np.abs(height) + 1
    one = sampling_shares({"dev_loss": height}, {"dev_loss": errors})
    other = sampling_shares({"dev_loss": scale * height}, {"dev_loss": scale * errors})
    assert one.keys() == other.keys()
    for metric, share in one.items():
        assert other[metric] == pytest.approx(share, rel=1e-6)


def test_words_name_the_worst_split_of_which_only_some_are_measured():
    shares = {"train_loss": 0.05, "dev_loss": 0.08, "dev_error": 0.5}
    words = sampling_words(shares, 0.01, {"train": 128, "dev": 96})
    assert words is not None
    assert words.startswith("96 dev examples leave a standard error of 8 % of the range")
    assert "tolerance of 1 %" in words
    only_train = sampling_words(shares, 0.01, {"train": 128})
    assert only_train is not None
    assert only_train.startswith("128 train examples")


def test_silent_where_all_examples_are_measured_or_the_tolerance_is_of_that_size():
    assert sampling_words({"train_loss": 0.05}, 0.01, {}) is None
    assert sampling_words({"train_loss": 0.02}, 0.01, {"train": 128}) is None
    assert sampling_words({}, 0.01, {"train": 128}) is None
