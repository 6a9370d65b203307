from __future__ import annotations

import estimated_landscape
import numpy as np
import pytest
import synthetic_landscape

from landscape_gui.shares import percentage
from landscape_gui.ui.accuracy import (
    accuracy_facts,
    few_words,
    points_words,
)
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot


@pytest.fixture
def plot() -> LivePlot:
    model = LandscapeModel.of(estimated_landscape.landscape(points=21))
    return model.plots["surface", estimated_landscape.NAME]


def test_points_in_words(plot):
    share = percentage(plot.done / plot.total)
    assert points_words(plot, "train_loss") == f"{share} measured  ·  within 0.9 % of the range"
    assert "1.4 %" in points_words(plot, "dev_error")
    plot.errors = {}
    assert points_words(plot, "train_loss") == f"{share} measured"
    plot.values["train_loss"][~plot.measured] = 0.5
    plot.measured[:] = True
    assert points_words(plot, "train_loss") == "all 441 points"


def test_an_unfinished_exact_surface_says_how_far_its_picture_was_off():
    record = synthetic_landscape.landscape(points=21, measured=0.5)
    plot = LandscapeModel.of(record).plots["surface", "full-random0"]
    assert points_words(plot, "train_loss") == f"{plot.done} of 441 points"
    plot.errors = {"train_loss": 0.031}
    assert points_words(plot, "train_loss").endswith("within 3.1 % of the range")
    assert accuracy_facts(plot, "train_loss") == []


def test_facts_add_up_and_tell_of_the_audit(plot):
    facts = dict(accuracy_facts(plot, "dev_loss"))
    sampled = int((plot.sampled & ~plot.measured).sum())
    assert facts["Measured"] == f"{plot.done} of 441"
    assert (facts["On some examples"], facts["Examples there"]) == (f"{sampled}", "32 of 872")
    assert facts["Estimated"] == str(441 - plot.done - sampled)
    assert facts["95 % within"] == "0.8 % of range"
    assert "Standard error" not in facts
    assert facts["Within bound"] == "97 % of 40"


def test_facts_tell_what_the_examples_leave_open(plot):
    plot.notes["refinement"]["sampling_error"] = {"dev_loss": 0.043}
    assert dict(accuracy_facts(plot, "dev_loss"))["Standard error"] == "4.3 % of range"
    assert "Standard error" not in dict(accuracy_facts(plot, "train_loss"))


def test_few_examples_while_nothing_says_how_many(plot):
    assert few_words(plot, "train_loss") == "24 of 512"
    j, i = (int(k) for k in np.argwhere(plot.sampled)[0])
    plot.few_examples["train"][j, i] = 11
    assert few_words(plot, "train_loss") == "11–24 of 512"
    plot.notes, plot.spec["examples"] = {}, {"train": None}
    assert few_words(plot, "train_loss") == "11–24"
    plot.few_examples = {}
    assert few_words(plot, "train_loss") == ""


@pytest.mark.parametrize("notes", [{"refinement": 3}, {"refinement": {"audit": None}}])
def test_notes_of_another_form_are_passed_over(plot, notes):
    plot.notes = notes
    assert "Within bound" not in dict(accuracy_facts(plot, "train_loss"))


def test_what_was_measured_and_is_no_number_is_counted(plot):
    places = np.argwhere(plot.measured)[:3]
    for place, bad in zip(places, (np.nan, np.inf, -np.inf), strict=True):
        plot.values["train_loss"][tuple(place)] = bad
    share = percentage(plot.done / plot.total)
    words = points_words(plot, "train_loss")
    assert words == f"{share} measured, 3 not finite  ·  within 0.9 % of the range"
    assert dict(accuracy_facts(plot, "train_loss"))["Not finite"] == "3"
    assert "finite" not in points_words(plot, "dev_loss")
    assert "Not finite" not in dict(accuracy_facts(plot, "dev_loss"))
    plot.values["train_loss"][~plot.measured] = 0.5
    plot.measured[:] = True
    assert points_words(plot, "train_loss") == "all 441 points, 3 not finite"
