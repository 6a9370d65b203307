from __future__ import annotations

import numpy as np
import pytest

from landscape_gui.ui.compare.limits import beyond, shared_scale
from landscape_gui.ui.scene import Limits


def ramp(low, high, n=1001):
    return np.linspace(low, high, n)


def test_alike_panels_share_the_highest_percentile():
    scale = shared_scale([ramp(0.2, 2.0), ramp(0.1, 2.4)], "robust")
    assert scale.limits.low == 0.1
    assert scale.limits.high == pytest.approx(np.percentile(ramp(0.1, 2.4), 98))
    assert scale.words == "up to the 98th percentile"
    assert scale.whole == Limits(0.1, 2.4)


def test_where_ranges_differ_much_the_middle_panel_rules_and_the_words_say_so():
    panels = [ramp(0.1, 1.0), ramp(0.2, 2.0), ramp(0.1, 50.0)]
    scale = shared_scale(panels, "robust")
    assert scale.limits.high == pytest.approx(np.percentile(panels[1], 98))
    assert "middle panel" in scale.words
    assert "differ much" in scale.words
    two = shared_scale([panels[0], panels[2]], "robust")
    assert two.limits.high == pytest.approx(np.percentile(panels[0], 98))
    assert "smaller panel" in two.words


def test_whole_range_cuts_nothing_off():
    scale = shared_scale([ramp(0.1, 1.0), ramp(0.3, 50.0)], "whole")
    assert scale.limits == Limits(0.1, 50.0)


def test_differences_are_centred_on_zero():
    scale = shared_scale([ramp(-0.2, 3.0), ramp(-1.0, 0.1)], "robust", signed=True)
    assert scale.limits.low == -scale.limits.high
    assert scale.whole == Limits(-1.0, 3.0)
    whole = shared_scale([ramp(-0.2, 3.0)], "whole", signed=True)
    assert whole.limits == Limits(-3.0, 3.0)


def test_no_values_give_no_scale_and_one_value_a_scale_of_some_width():
    assert shared_scale([np.array([np.nan, np.inf])], "robust") is None
    scale = shared_scale([np.array([0.5, 0.5])], "robust")
    assert scale.limits.low < scale.limits.high


def test_panels_that_reach_beyond_say_how_far():
    limits = Limits(0.0, 1.0)
    assert beyond(ramp(0.1, 0.9), limits) == ""
    assert beyond(ramp(0.1, 12.0), limits) == "reaches 12.00"
    assert beyond(ramp(-3.0, 0.5), limits) == "reaches −3.00"
    assert beyond(np.append(ramp(0.1, 0.9), 40.0), limits) == "", "one tower is what 98 % means"
