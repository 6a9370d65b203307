from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import estimated_landscape
import numpy as np
import pytest
import synthetic_landscape

from landscape_gui.engine.events import Measurement
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.scene_building import (
    build_markers,
    build_scene,
    build_trajectory,
    data_range,
    drawn_limits,
    possible_scale,
    robust_limits,
    rolled_back,
)

PATH = Path("a.landscape.h5")


@pytest.fixture
def model() -> LandscapeModel:
    return LandscapeModel.of(synthetic_landscape.landscape(PATH, points=17, measured=0.3))


def surface(model: LandscapeModel, name: str = "full-random0"):
    return model.plots["surface", name]


def test_scene_is_finite_keeps_what_is_measured_and_says_which(model):
    plot = surface(model)
    scene = build_scene(plot, "train_loss")
    assert np.isfinite(scene.height).all()
    np.testing.assert_array_equal(scene.measured, plot.measured)
    np.testing.assert_allclose(
        scene.height[scene.measured], plot.values["train_loss"][plot.measured]
    )
    plot.measured[0, 0] = not plot.measured[0, 0]
    assert scene.measured[0, 0] != plot.measured[0, 0], "a scene does not change under a view"


def test_no_scene_before_the_first_finite_value(model):
    plot = surface(model)
    plot.values["train_loss"][:] = np.nan
    assert build_scene(plot, "train_loss") is None
    del plot.values["dev_loss"]
    assert build_scene(plot, "dev_loss") is None
    assert build_scene(model.plots["curve", "full"], "train_loss") is None


def test_limits_ignore_outliers_and_what_is_not_measured(model):
    plot = surface(model)
    places = np.argwhere(plot.measured)
    plot.values["train_loss"][tuple(places[0])] = 1e6
    plot.values["train_loss"][tuple(places[1])] = np.inf
    plot.values["train_loss"][tuple(np.argwhere(~plot.measured)[0])] = -1e6
    limits = robust_limits(plot, "train_loss")
    assert 0 < limits.low < limits.high < 10
    assert data_range(plot, "train_loss").high == 1e6


def test_star_carries_exactly_the_measured_combination_or_nothing(model):
    plot = surface(model, "low-random0")
    none = build_markers(model, plot, "dev_error", frozenset())
    assert [(m.kind, m.alpha) for m in none] == [("end", 0.0), ("rolled_back", 0.0)]
    low = build_markers(model, plot, "dev_error", frozenset({"low"}))[1]
    assert (low.alpha, low.beta) == (-1.0, 0.0)
    assert low.value == model.rollback.measured[frozenset({"low"})].values["dev_error"]
    both = build_markers(model, plot, "dev_error", frozenset({"low", "middle"}))[1]
    assert both.alpha == -1.0
    assert np.isnan(both.value), "never the sum of the parts"
    high = build_markers(model, plot, "dev_error", frozenset({"high"}))[1]
    assert high.alpha == 0.0, "this surface is about other layers"


def test_whole_model_surface_has_start_and_end(model):
    markers = build_markers(model, surface(model), "train_loss", frozenset({"low"}))
    assert [(m.kind, m.alpha, m.beta) for m in markers] == [("start", 0, 0), ("end", 1, 0)]


def test_single_group_may_come_from_its_surface_but_combinations_not(model):
    model.rollback.measured.clear()
    anchor = surface(model, "low-random0").anchors["rolled_back"]
    found = rolled_back(model, frozenset({"low"}))
    assert found == Measurement(anchor.values, anchor.standard_errors)
    assert rolled_back(model, frozenset({"low", "high"})) is None
    assert rolled_back(model, frozenset({"high"})) is None


def test_trajectories(model):
    plot = surface(model)
    deviation = build_trajectory(model, plot, "train_loss", "deviation")
    assert deviation.axes is None
    overlay = deviation.overlay
    assert (overlay.beta >= 0).all()
    np.testing.assert_allclose([overlay.alpha[-1], overlay.beta[-1]], [1, 0], atol=1e-6)
    assert overlay.labels == ("start", "1", "2", "3", "4", "5")
    pca = build_trajectory(model, plot, "train_loss", "pca")
    assert "of the variance" in pca.axes.alpha
    assert "principal" in pca.overlay.caption


def test_trajectory_without_gram_matrix_is_none(model):
    plot = surface(model)
    plot.plane = replace(plot.plane, gram=np.full((0, 0), np.nan))
    assert build_trajectory(model, plot, "train_loss", "plane") is None


@pytest.fixture
def estimated():
    record = estimated_landscape.landscape(PATH, 21)
    return LandscapeModel.of(record).plots["surface", estimated_landscape.NAME]


def test_estimates_are_drawn_where_nothing_is_measured(estimated):
    scene = build_scene(estimated, "dev_loss")
    stored = estimated.estimates["dev_loss"]
    np.testing.assert_array_equal(scene.height[~scene.measured], stored[~scene.measured])
    np.testing.assert_array_equal(
        scene.height[scene.measured], estimated.values["dev_loss"][scene.measured]
    )
    assert (scene.bound[scene.measured] == 0).all()
    assert (scene.bound[~scene.measured] > 0).all()
    j, i = (int(k) for k in np.argwhere(scene.sampled)[0])
    assert scene.few_words(j, i) == "32 of 872 examples"


def test_a_newly_measured_point_replaces_its_estimate_at_once(estimated):
    j, i = (int(k) for k in np.argwhere(~estimated.measured)[7])
    estimated.measured[j, i] = True
    estimated.values["train_loss"][j, i] = 1.25
    scene = build_scene(estimated, "train_loss")
    assert scene.height[j, i] == 1.25
    assert scene.kind(j, i) == "measured"
    assert scene.bound[j, i] == 0


def test_every_point_is_of_one_kind(estimated):
    scene = build_scene(estimated, "train_loss")
    found = [scene.kind(*place) for place in np.ndindex(scene.height.shape)]
    only_sampled = int((estimated.sampled & ~estimated.measured).sum())
    assert found.count("measured") == estimated.done
    assert found.count("sampled") == only_sampled == int(scene.only_sampled.sum())
    assert found.count("estimated") == estimated.total - estimated.done - only_sampled


def test_trust_falls_with_the_bound(estimated):
    sure = build_scene(estimated, "train_loss").trust
    assert (sure[estimated.measured] == 1).all()
    assert sure.min() > 0.8
    estimated.bounds["train_loss"] *= 5
    doubtful = build_scene(estimated, "train_loss").trust
    assert (doubtful[estimated.measured] == 1).all()
    assert (doubtful[~estimated.measured] < sure[~estimated.measured]).all()
    estimated.bounds["train_loss"] *= 100
    assert build_scene(estimated, "train_loss").trust[~estimated.measured].max() == 0


def test_holes_in_the_estimates_are_filled_in_and_said_to_be(estimated):
    j, i = (int(k) for k in np.argwhere(~estimated.measured & ~estimated.sampled)[0])
    estimated.estimates["train_loss"][j, i] = np.nan
    measured = tuple(int(k) for k in np.argwhere(estimated.measured)[3])
    estimated.values["train_loss"][measured] = np.inf
    scene = build_scene(estimated, "train_loss")
    assert np.isfinite(scene.height).all()
    assert scene.kind(j, i) == "filled"
    assert scene.trust[j, i] == 0
    assert scene.kind(*measured) == "not finite"


def test_a_metric_without_estimates_is_filled_in(estimated):
    del estimated.estimates["dev_error"]
    scene = build_scene(estimated, "dev_error")
    assert scene.bound is None
    assert scene.only_sampled is None
    assert {scene.kind(*place) for place in np.ndindex(scene.height.shape)} == {
        "measured",
        "filled",
    }


def test_limits_are_those_of_the_whole_picture(estimated):
    exact = LandscapeModel.of(synthetic_landscape.landscape(PATH, points=21))
    whole = robust_limits(surface(exact), "train_loss")
    found = robust_limits(estimated, "train_loss")
    span = whole.high - whole.low
    assert abs(found.high - whole.high) < 0.05 * span
    estimated.estimates.clear()
    assert robust_limits(estimated, "train_loss") != found


def test_a_logarithmic_scale_begins_at_the_least_measured_value_above_0(estimated):
    lowest = float(np.nanmin(estimated.values["train_loss"]))
    estimated.estimates["train_loss"][~estimated.measured] -= 0.9 * lowest
    limits = robust_limits(estimated, "train_loss", "log")
    anchors = [anchor.values["train_loss"] for anchor in estimated.anchors.values()]
    assert limits.low == min(lowest, *anchors)
    assert limits.high == data_range(estimated, "train_loss").high
    manual = drawn_limits(estimated, "train_loss", "log", Limits(-1.0, 2.0))
    assert (manual.low, manual.high) == (limits.low, 2.0)
    assert drawn_limits(estimated, "train_loss", "linear", Limits(-1.0, 2.0)) == Limits(-1.0, 2.0)


def test_where_nothing_is_above_0_there_is_no_logarithm(model):
    plot = surface(model)
    for values in (*plot.values.values(), *(a.values for a in plot.anchors.values())):
        if isinstance(values, dict):
            values["train_error"] = 0.0
    plot.values["train_error"][:] = 0.0
    assert possible_scale(plot, "train_error", "log") == "linear"
    assert build_scene(plot, "train_error", "log").scale == "linear"
    assert build_scene(plot, "train_loss", "log").scale == "log"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_measured_value_that_is_no_number_is_not_shown_as_measured(model, bad):
    plot = surface(model)
    j, i = np.argwhere(plot.measured)[0]
    plot.values["train_loss"][j, i] = bad
    scene = build_scene(plot, "train_loss")
    assert not scene.measured[j, i]
    assert scene.kind(j, i) == "not finite"
    assert scene.lost == 1
    assert scene.measured.sum() == plot.done - 1
    assert np.isfinite(scene.height).all(), "something has to be drawn there"
    assert build_scene(plot, "dev_loss").not_finite is None, "of another metric it is measured"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_estimate_is_believed_where_what_was_measured_is_no_number(estimated, bad):
    j, i = np.argwhere(estimated.measured)[0]
    estimated.values["train_loss"][j, i] = bad
    estimated.sampled[j, i] = True
    scene = build_scene(estimated, "train_loss")
    assert scene.kind(j, i) == "not finite"
    assert np.isnan(scene.bound[j, i])
    assert scene.trust[j, i] == 0
    assert not scene.only_sampled[j, i]
