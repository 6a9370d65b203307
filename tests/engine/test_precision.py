"""The choice of precision, on an evaluator whose two formats differ by a known amount."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from landscape_gui.engine import precision
from landscape_gui.engine.events import Measurement
from landscape_gui.engine.precision import check_points, choose
from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import UserError


class Objective:
    precision = "float32"
    device = torch.device("cpu")

    def use(self, precision):
        self.precision = precision


@dataclass
class Evaluation:
    measurement: Measurement

    @property
    def seconds(self):
        return self.measurement.seconds


class Evaluator:
    """loss = along² (+ ``error`` in bfloat16)."""

    def __init__(self, error, noise=0.5, rough_seconds=0.5):
        self.objective, self.known = Objective(), {}
        self.noise = noise
        self.by_format = {"float32": (0.0, 1.0), "bfloat16": (error, rough_seconds)}

    def evaluated(self, along, across):
        error, seconds = self.by_format[self.objective.precision]
        values = {"dev_loss": along**2 + error, "dev_error": 0}
        return Evaluation(Measurement(values, {"dev_loss": self.noise}, seconds))


POINTS = [(0.0, 0.0), (2.0, 0.0), (10.0, 1.0)]


def chosen(asked, evaluator):
    check = choose(asked, evaluator, POINTS, 0.0)
    assert evaluator.objective.precision == check.chosen
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
    alpha, beta = axis_points(-4, 4, 41), axis_points(-2, 2, 21)
    points = check_points([(1.0, 0.0), (0.0, 0.0)], alpha, beta, seed=0)
    assert points[:2] == ((1.0, 0.0), (0.0, 0.0))
    assert set(points[2:6]) == {(a, b) for a in (-4.0, 4.0) for b in (-2.0, 2.0)}
    assert len(points) == 9
    assert points == check_points([(1.0, 0.0), (0.0, 0.0)], alpha, beta, seed=0)
    # Measured for the result as well: each is, to the last bit, a point of the lattice.
    assert all(a in alpha and b in beta for a, b in points)


def test_a_line_has_no_corner_twice():
    points = check_points([(1.0, 0.0)], axis_points(-4, 4, 81), np.zeros(1), seed=0)
    assert len(set(points)) == len(points) == 6


def test_no_point_is_compared_twice_where_the_lattice_has_few():
    points = check_points([(1.0, 0.0)], axis_points(0, 1, 2), axis_points(0, 1, 2), seed=0)
    assert sorted(points) == [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]


@pytest.mark.parametrize("error", [0.1, 0.3])
def test_what_the_chosen_format_gave_is_known_from_then_on(error):
    evaluator = Evaluator(error)
    check = choose("auto", evaluator, POINTS, 1.0)
    assert list(evaluator.known) == [(1.0, 0.0), (3.0, 0.0), (11.0, 1.0)]
    off = error if check.chosen == "bfloat16" else 0.0
    losses = [known.measurement.values["dev_loss"] for known in evaluator.known.values()]
    assert losses == [1 + off, 9 + off, 121 + off]


def test_the_tolerance_of_the_user_decides():
    check = choose("auto", Evaluator(0.3), POINTS, 0.0, tolerance=0.02)
    assert (check.chosen, check.limit) == ("bfloat16", pytest.approx(0.005))
    assert choose("auto", Evaluator(0.1), POINTS, 0.0, tolerance=0.001).chosen == "float32"


def test_a_slower_format_is_given_up_early_unless_asked_for():
    auto = choose("auto", Evaluator(0.1, rough_seconds=2.0), POINTS, 0.0)
    assert [c.points for c in auto.comparisons] == [2]
    asked = choose("bfloat16", Evaluator(0.1, rough_seconds=2.0), POINTS, 0.0)
    assert [c.points for c in asked.comparisons] == [3]


class Several(Evaluator):
    """float16 is the fastest and off by ``float16_error``, tf32 the most exact."""

    def __init__(self, float16_error):
        super().__init__(0.0)
        self.by_format = {
            "float32": (0.0, 1.0),
            "float16": (float16_error, 0.2),
            "bfloat16": (0.2, 0.3),
            "tf32": (0.01, 0.5),
        }


@pytest.mark.parametrize(("error", "best"), [(0.1, "float16"), (math.nan, "bfloat16")])
def test_auto_takes_the_fastest_that_agrees_and_keeps_all_that_was_tried(monkeypatch, error, best):
    monkeypatch.setattr(precision, "candidates", lambda device: ("float16", "bfloat16", "tf32"))
    check = choose("auto", Several(error), POINTS, 0.0)
    assert check.chosen == best
    kept = check.as_dict()["comparisons"]
    assert [c["precision"] for c in kept] == ["float16", "bfloat16", "tf32"]
    assert kept[2]["deviation"] == pytest.approx(0.01 / 100)
    assert kept[2]["speedup"] == pytest.approx(2)
    assert check.speedup == pytest.approx(5 if best == "float16" else 1 / 0.3)


def test_a_format_of_other_devices_is_refused():
    with pytest.raises(UserError, match="tf32"):
        choose("tf32", Evaluator(0.0), POINTS, 0.0)
