from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from landscape_gui.engine.events import TrainingProgress
from landscape_gui.ui.curve_building import curve_lines, history_lines, unit_length
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import synthetic_landscape


def model(name: str, scratch: bool = False, norm: float = 3.2) -> LandscapeModel:
    made = LandscapeModel.of(
        synthetic_landscape.landscape(Path(f"{name}.landscape.h5"), name, scratch=scratch)
    )
    plot = made.plots["curve", "full"]
    plot.plane = replace(plot.plane, axis1_norm=norm)
    return made


@pytest.fixture
def models() -> list[LandscapeModel]:
    return [model("tuned"), model("scratch-run", scratch=True, norm=9.0)]


def curve(of: LandscapeModel) -> LivePlot:
    return of.plots["curve", "full"]


def test_curves_of_all_runs_with_their_errors_the_selected_one_last(models):
    found = curve_lines(models, curve(models[0]), "dev_error")
    assert [line.label for line in found.lines] == ["scratch-run", "tuned"]
    assert [line.dashed for line in found.lines] == [True, False]
    assert [line.color_index for line in found.lines] == [1, 0], "a run keeps its colour"
    line = found.lines[1]
    np.testing.assert_array_equal(line.y, curve(models[0]).values["dev_error"])
    np.testing.assert_array_equal(line.error, curve(models[0]).standard_errors["dev_error"])
    assert found.marks == ((0.0, "start"), (1.0, "fine-tuned"))


def test_distance_is_from_the_fine_tuned_model_in_weight_space(models):
    found = curve_lines(models, curve(models[0]), "train_loss", "distance")
    for line, of, norm in zip(found.lines, reversed(models), (9.0, 3.2), strict=True):
        np.testing.assert_allclose(line.x, (curve(of).alpha - 1) * norm)
        assert line.start == -norm
    assert found.marks == ((0.0, "fine-tuned"),)
    assert found.missing == ()


def test_filter_normalised_needs_what_the_engine_keeps_and_says_who_lacks_it(models):
    curve(models[0]).notes["filter_ratio"] = 0.04
    found = curve_lines(models, curve(models[0]), "train_loss", "filter")
    assert [line.label for line in found.lines] == ["tuned"]
    assert found.missing == ("scratch-run",)
    np.testing.assert_allclose(found.lines[0].x, (curve(models[0]).alpha - 1) * 0.04)
    assert "relative change" in found.title


@pytest.mark.parametrize("bad", [float("nan"), 0.0, -1.0, "0.1", None])
def test_a_length_that_is_none_is_not_believed(models, bad):
    curve(models[0]).notes["filter_ratio"] = bad
    assert unit_length(curve(models[0]), "filter") is None


def test_a_groups_curve_is_centred_at_its_own_fine_tuned_model(models):
    plot = LivePlot.of(
        replace(
            synthetic_landscape.curve("low"),
            plane=replace(synthetic_landscape.curve().plane, origin="theta1", axis1_norm=2.0),
        )
    )
    models[0].plots["curve", "low"] = plot
    found = curve_lines(models, plot, "train_loss", "distance")
    (line,) = found.lines
    np.testing.assert_allclose(line.x, plot.alpha * 2.0)
    assert line.start == -2.0


def test_histories_keep_their_runs_colours(models):
    lines = history_lines(models, {}, "dev_error")
    assert [(line.label, line.dashed, line.color_index) for line in lines] == [
        ("tuned", False, 0),
        ("scratch-run", True, 1),
    ]
    past = models[0].run.history
    known = np.isfinite(past.dev_error)
    np.testing.assert_array_equal(lines[0].x, past.epoch[known])
    np.testing.assert_array_equal(lines[0].y, past.dev_error[known])
    assert len({line.identity for line in lines}) == 2


def test_landscapes_with_one_training_have_the_colours_of_their_curves(models):
    twin = model("tuned")
    twin.path = Path("again.landscape.h5")
    every = [models[0], twin, models[1]]
    lines = history_lines(every, {}, "train_loss")
    assert [(line.label, line.color_index) for line in lines] == [
        ("tuned · tuned", 0),
        ("tuned · again", 1),
        ("scratch-run", 2),
    ]
    curves = curve_lines(every, None, "train_loss").lines
    assert {(c.label, c.color_index) for c in curves} == {(h.label, h.color_index) for h in lines}


def test_a_training_that_goes_on_has_a_name_and_a_colour_of_its_own(models):
    event = TrainingProgress(Path("seed1/tuned"), 1, 2, 0.5, 0.7)
    models[0].path = Path("seed0/tuned.landscape.h5")
    lines = history_lines(models, {event.run: [event]}, "train_loss")
    assert [(line.label, line.color_index) for line in lines] == [
        ("tuned · seed0", 0),
        ("scratch-run", 1),
        ("tuned · seed1", 2),
    ]
