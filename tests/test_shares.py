import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.shares import percentage, worst_error


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0086, "0.86 %"),
        (0.01, "1 %"),
        (0.024, "2.4 %"),
        (0.0996, "10 %"),
        (0.1, "10 %"),
        (0.18, "18 %"),
        (0.9996, "100 %"),
        (1.0, "100 %"),
        (1.5, "150 %"),
        (0.0, "0 %"),
        (0.00012, "0.012 %"),
        (0.0000002, "0.00002 %"),
    ],
)
def test_shares_have_two_figures(share, text):
    assert percentage(share) == text


def test_what_was_asked_for_keeps_its_figures():
    assert percentage(0.0125, figures=3) == "1.25 %"
    assert percentage(0.02, figures=3) == "2 %"


@given(st.floats(1e-5, 10.0))
def test_what_is_said_is_near_what_is_meant(share):
    text = percentage(share)
    assert "e" not in text
    assert math.isclose(float(text.removesuffix(" %")) / 100, share, rel_tol=0.0501)


def test_what_is_not_finite_is_no_reason_to_fail():
    assert percentage(math.nan) == "nan %"
    assert percentage(math.inf) == "inf %"


def test_tolerances_are_about_losses():
    assert worst_error({"train_loss": 0.01, "dev_loss": 0.02, "dev_error": 0.5}) == 0.02
    assert worst_error({"dev_loss": math.nan, "dev_error": 0.5}) == 0.5
    assert worst_error({}) is None
    assert worst_error({"train_loss": math.nan}) is None
