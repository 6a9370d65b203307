"""The choice of precision, on an evaluator whose two formats differ by a known amount."""

import math

import pytest
import torch

from landscape_gui.engine.events import Measurement
from landscape_gui.engine.precision import check_points, choose


class Objective:
    autocast = None


class Weights:
    def place(self, along, across):
        self.at = along, across


class Evaluator:
    """loss = along² (+ ``error`` in bfloat16)."""

    def __init__(self, error, noise=0.5, rough_seconds=0.5):
        self.objective, self.weights = Objective(), Weights()
        self.error, self.noise, self.rough_seconds = error, noise, rough_seconds

    def measure(self):
        rough = self.objective.autocast is torch.bfloat16
        loss = self.weights.at[0] ** 2 + (self.error if rough else 0.0)
        seconds = self.rough_seconds if rough else 1.0
        return Measurement({"dev_loss": loss, "dev_error": 0}, {"dev_loss": self.noise}, seconds)


POINTS = [(0.0, 0.0), (2.0, 0.0), (10.0, 1.0)]


def chosen(asked, evaluator):
    check = choose(asked, evaluator, POINTS, 0.0)
    used = evaluator.objective.autocast
    assert (used is torch.bfloat16) == (check.chosen == "bfloat16")
    return check


def test_auto_takes_bfloat16_when_it_agrees_and_is_faster():
    check = chosen("auto", Evaluator(0.1))
    assert check.chosen == "bfloat16"
    assert check.deviation == pytest.approx(0.1 / 100)
    assert check.absolute == pytest.approx(0.1)
    assert check.speedup == pytest.approx(2)


@pytest.mark.parametrize(
    "evaluator",
    [
        Evaluator(0.3),  # more than a quarter of a percent of the range
        Evaluator(0.1, noise=0.05),  # more than the standard error
        Evaluator(0.1, rough_seconds=2.0),  # slower
        Evaluator(math.nan),
        Evaluator(0.1, noise=math.nan),
    ],
    ids=["deviates", "above noise", "slower", "nan", "no noise known"],
)
def test_auto_stays_with_float32_otherwise(evaluator):
    assert chosen("auto", evaluator).chosen == "float32"


def test_bfloat16_asked_for_is_used_and_its_deviation_kept():
    check = chosen("bfloat16", Evaluator(5.0))
    assert check.chosen == "bfloat16"
    assert check.deviation == pytest.approx(0.05)
    assert "5 %" in check.sentence()


def test_the_check_points_are_the_anchors_the_corners_and_some_inside():
    points = check_points([(1.0, 0.0), (0.0, 0.0)], (-4, 4), (-2, 2), seed=0)
    assert set(points) >= {(1.0, 0.0), (0.0, 0.0), (-4.0, -2.0), (4.0, 2.0)}
    assert len(points) == 9
    assert points == check_points([(1.0, 0.0), (0.0, 0.0)], (-4, 4), (-2, 2), seed=0)
    assert all(-4 <= a <= 4 and -2 <= b <= 2 for a, b in points)


def test_a_line_has_no_corner_twice():
    points = check_points([(1.0, 0.0)], (-4, 4), (0.0, 0.0), seed=0)
    assert len(set(points)) == len(points) == 6
