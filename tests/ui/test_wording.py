from __future__ import annotations

import pytest

from landscape_gui.ui import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.69314, "0.6931"),
        (-0.5, "−0.5000"),
        (float("nan"), "–"),
        (None, "–"),
        (float("inf"), "∞"),
        (1e-7, "1e−07"),
        (0.0, "0.0000"),
    ],
)
def test_numbers(value, text):
    assert wording.number(value) == text


def test_errors_are_percentages_and_their_differences_points():
    assert wording.metric_value("dev_error", 0.1346) == "13.46 %"
    assert wording.metric_difference("dev_error", 0.5388) == "+53.88"
    assert wording.metric_difference("dev_error", -0.0019) == "−0.19"
    assert wording.metric_difference("dev_loss", 0.25) == "+0.2500"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds, text):
    assert wording.duration(seconds) == text


def test_rates():
    assert wording.rate(12.34) == "12.3 points/s"
    assert wording.rate(0.25) == "4.0 s/point"
    assert wording.rate(0.0) == ""
