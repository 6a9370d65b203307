from __future__ import annotations

from pathlib import Path

import estimated_landscape
import numpy as np
import synthetic_landscape

from landscape_gui.ui.animation.growth import GrowthReplay
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.scene_building import build_scene

NAME = "full-random0"
METRIC = "train_loss"


def plot_of(record):
    return LandscapeModel.of(record).plots["surface", NAME]


def test_it_passes_through_exactly_the_stored_order_and_ends_in_the_stored_surface():
    record = synthetic_landscape.landscape(Path("a"), points=17)
    order = record.surfaces[NAME].order
    replay = GrowthReplay(plot_of(record))
    assert replay.count == 17 * 17
    seen = np.zeros((17, 17), bool)
    for step in range(1, replay.count + 1):
        now = replay.plot_at(step, METRIC).measured
        new = np.argwhere(now & ~seen)
        assert len(new) == 1
        assert order[tuple(new[0])] == step - 1
        assert not (seen & ~now).any()
        seen = now
    assert replay.plot_at(replay.count, METRIC) is replay.plot


def test_values_appear_with_their_points_and_not_before():
    replay = GrowthReplay(plot_of(synthetic_landscape.landscape(Path("a"), points=17)))
    part = replay.plot_at(60, METRIC)
    stored = replay.plot.values["dev_error"]
    np.testing.assert_array_equal(part.values["dev_error"][part.measured], stored[part.measured])
    assert np.isnan(part.values["dev_error"][~part.measured]).all()
    assert np.isnan(part.standard_errors["dev_error"][~part.measured]).all()
    scene = build_scene(part, "dev_error")
    assert scene.measured.sum() == 60
    assert np.isfinite(scene.height).all()
    # What is replayed is a copy: the open surface stays whole.
    assert np.isfinite(stored).all()


def test_an_interrupted_surface_grows_up_to_where_it_is():
    replay = GrowthReplay(
        plot_of(synthetic_landscape.landscape(Path("a"), points=17, measured=0.4))
    )
    assert replay.count == round(0.4 * 17 * 17)
    assert replay.step_at(1.0) == replay.count
    assert replay.plot_at(replay.step_at(1.0), METRIC).done == replay.count


def test_points_on_few_examples_come_in_their_own_stored_order():
    record = estimated_landscape.landscape(points=21)
    surface = record.surfaces[NAME]
    replay = GrowthReplay(plot_of(record))
    assert replay.count == (surface.order >= 0).sum() + (surface.few_order >= 0).sum()
    full, few = [], []
    before = replay.plot_at(0, METRIC)
    for step in range(1, replay.count):
        now = replay.plot_at(step, METRIC)
        full += surface.order[now.measured & ~before.measured].tolist()
        few += surface.few_order[now.sampled & ~before.sampled].tolist()
        visited = now.sampled & ~now.measured
        if visited.any():
            # No estimate is shown before its time: those of the file are from the end.
            np.testing.assert_array_equal(np.isfinite(now.bounds[METRIC]), visited)
            stored = surface.estimates[METRIC][visited]
            np.testing.assert_array_equal(now.estimates[METRIC][visited], stored)
        before = now
    assert full == sorted(full)
    assert few == sorted(few)
    assert len(full) + len(few) == replay.count - 1
    end = replay.plot_at(replay.count, METRIC)
    np.testing.assert_array_equal(end.estimates["train_loss"], surface.estimates["train_loss"])


def test_both_kinds_run_at_the_same_share():
    replay = GrowthReplay(plot_of(estimated_landscape.landscape(points=21)))
    assert replay.counts_at(0) == (0, 0)
    assert replay.counts_at(replay.count) == (len(replay.full), len(replay.few))
    for step in range(replay.count + 1):
        full, few = replay.counts_at(step)
        assert full + few == step
        assert abs(full / len(replay.full) - few / len(replay.few)) < 0.02


def test_an_empty_surface_has_no_steps():
    replay = GrowthReplay(plot_of(synthetic_landscape.landscape(Path("a"), points=9, measured=0)))
    assert replay.count == 0
    assert replay.step_at(0.7) == 0


def test_between_chosen_points_the_surface_is_smooth():
    """Levels that are not complete would make each point a peak of its own."""
    replay = GrowthReplay(plot_of(estimated_landscape.landscape(points=21)))
    half = build_scene(replay.plot_at(replay.count // 2, METRIC), "train_loss")
    whole = build_scene(replay.plot, "train_loss")
    assert half is not None
    assert whole is not None
    rough = [np.abs(np.diff(scene.height, n=2, axis=1)).mean() for scene in (half, whole)]
    assert rough[0] < 2 * rough[1]
    assert "filled" in {half.kind(j, i) for j, i in np.ndindex(half.height.shape)}
