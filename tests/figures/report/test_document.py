from __future__ import annotations

import math

import pytest

from landscape_gui.figures.report.document import at_least, at_most, fixed


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (4.55601, 2, "≥ 4.55"),
        (4.55601, None, "≥ 4.55"),
        (0.29, 2, "≥ 0.29"),
        (-1.005, 2, "≥ −1.01"),
        (0.0, None, "≥ 0"),
        (12345.6, None, "≥ 12345"),
        (math.nan, 2, "–"),
        (math.inf, None, "∞"),
    ],
)
def test_at_least_is_rounded_down(value, decimals, words):
    assert at_least(value, False, decimals) == words


def test_what_is_bounded_is_rounded_as_any_number():
    assert at_least(4.55601, True, 2) == "4.56"
    assert at_least(12.345, True, unit=" %") == "12.3 %"
    assert at_least(12.345, False, unit=" %") == "≥ 12.3 %"
    assert at_least(math.nan, False, unit=" %") == "–"


@pytest.mark.parametrize(
    ("value", "words"),
    [(-0.07664, "≤ −0.076"), (-256.78, "≤ −256"), (3.21, "≤ 3.3"), (math.nan, "–")],
)
def test_at_most_is_rounded_up(value, words):
    assert at_most(value, 2) == words


def test_a_zero_has_no_sign():
    assert fixed(-0.001, 2) == fixed(-0.0, 2, sign=True) == "0.00"
    assert fixed(0.5, 1, sign=True) == "+0.5"
