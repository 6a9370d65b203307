from __future__ import annotations

import numpy as np
import pytest

from landscape_gui.ui.scene import Limits
from landscape_gui.ui.value_scale import place, stretched, unstretched, usable


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_places_run_from_0_at_the_lower_limit_to_1_at_the_upper(scale):
    limits = Limits(0.2, 20.0)
    middle = {"linear": 10.1, "log": 2.0}[scale]
    found = place(np.array([0.2, middle, 20.0]), limits, scale)
    assert found == pytest.approx([0.0, 0.5, 1.0])
    assert place(middle, limits, scale) == pytest.approx(0.5)
    assert unstretched(stretched(middle, scale), scale) == pytest.approx(middle)


def test_what_a_logarithm_does_not_know_is_below_everything():
    found = place(np.array([0.0, -3.0, np.nan]), Limits(0.1, 1.0), "log")
    assert (found[:2] == -np.inf).all()
    assert np.isnan(found[2])


def test_limits_without_room_put_everything_at_an_end():
    assert place(np.array([0.0, 1.0, 2.0]), Limits(1, 1), "linear").tolist() == [0, 0, 1]
    assert place(np.array([0.5, 2.0]), Limits(0, 1), "log").tolist() == [0, 1]


def test_logarithmic_limits_begin_at_the_least_value_above_0():
    assert usable(Limits(0.0, 3.0), "log", 0.02) == Limits(0.02, 3.0)
    assert usable(Limits(-2.0, -1.0), "log", 0.02) == Limits(0.02, 0.2)
    assert usable(Limits(0.5, 3.0), "log", 0.02) == Limits(0.5, 3.0)
    assert usable(Limits(-1.0, 3.0), "linear", 0.02) == Limits(-1.0, 3.0)
