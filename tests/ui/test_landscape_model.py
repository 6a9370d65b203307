from __future__ import annotations

from pathlib import Path

import estimated_landscape
import numpy as np
import pytest
import synthetic_landscape

from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    Estimated,
    FileReady,
    LevelComplete,
    Measurement,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    Target,
)
from landscape_gui.specs import LayerGroup
from landscape_gui.ui.landscape_model import LandscapeModel, default_groups, group_span

PATH = Path("a.landscape.h5")
TARGET = Target(PATH, "surface", "full-random0")


@pytest.fixture
def model() -> LandscapeModel:
    return LandscapeModel.of(synthetic_landscape.landscape(PATH, points=5, measured=0.0))


def measured(j: int, i: int, **values: float) -> PointMeasured:
    return PointMeasured(TARGET, j, i, 0.0, 0.0, 0, Measurement(values), 1, 25)


def test_points_fill_arrays_in_place(model):
    plot = model.plot(TARGET)
    array = plot.values["train_loss"]
    assert model.apply(measured(1, 3, train_loss=0.5, dev_loss=float("nan")))
    assert array is plot.values["train_loss"]
    assert array[1, 3] == 0.5
    assert plot.measured[1, 3]
    assert np.isnan(plot.values["dev_loss"][1, 3])
    assert plot.done == 1
    assert not plot.complete


def test_last_point_completes_and_a_point_outside_is_ignored(model):
    plot = model.plot(TARGET)
    plot.measured[:] = True
    plot.measured[4, 4] = False
    model.apply(measured(7, 0, train_loss=1.0))
    assert not plot.complete
    model.apply(measured(4, 4, train_loss=1.0))
    assert plot.complete


def test_metric_that_the_file_did_not_have_gets_an_array(model):
    plot = model.plot(TARGET)
    del plot.values["dev_error"]
    model.apply(measured(0, 0, dev_error=0.25))
    assert plot.values["dev_error"][0, 0] == 0.25
    assert "dev_error" in plot.metrics()


def test_unknown_targets_ask_for_reading(model):
    other = Target(PATH, "surface", "new")
    assert not model.apply(FileReady(other, 0, 4))
    assert not model.apply(PointMeasured(other, 0, 0, 0, 0, 0, Measurement({}), 1, 4))
    assert model.apply(FileReady(TARGET, 0, 25))
    assert not model.apply(FileReady(TARGET, 0, 26)), "another size is another surface"


def test_anchors_and_checkpoints(model):
    plot = model.plot(TARGET)
    model.apply(AnchorMeasured(TARGET, "end", 1.0, 0.0, Measurement({"train_loss": 0.1})))
    assert plot.anchors["end"].values == {"train_loss": 0.1}
    model.apply(CheckpointMeasured(TARGET, 8, 8.0, Measurement({"train_loss": 0.3})))
    values = plot.checkpoint_values["train_loss"]
    assert len(values) == 9
    assert values[8] == 0.3
    assert np.isnan(values[7])


def test_rollback_by_set_of_names(model):
    measurement = Measurement({"dev_error": 0.4})
    assert model.apply(RollbackMeasured(PATH, ("high", "low"), measurement, 1, 1))
    assert model.rollback.measured[frozenset({"low", "high"})] is measurement
    assert frozenset({"low", "middle"}) not in model.rollback.measured
    assert frozenset() in model.rollback.measured
    assert not model.apply(RollbackMeasured(PATH, ("unheard",), measurement, 1, 1))


@pytest.mark.parametrize(
    ("count", "sizes"), [(24, [8, 8, 8]), (12, [4, 4, 4]), (4, [2, 1, 1]), (2, [])]
)
def test_default_groups_are_even_thirds(count, sizes):
    groups = default_groups(count)
    assert [len(group.layers) for group in groups.values()] == sizes
    assert [i for group in groups.values() for i in group.layers] == list(range(sum(sizes)))


def test_group_span():
    assert group_span(LayerGroup(name="a", layers=(0, 1, 2))) == "layers 0–2"
    assert group_span(LayerGroup(name="a", layers=(3,), pooler=True)) == "layer 3 and pooler"
    assert group_span(LayerGroup(name="a", layers=(0, 2), embeddings=True)) == (
        "layers 0, 2 and embeddings"
    )


def estimates(value: float, shape: tuple[int, int] = (5, 5), share: float = 0.02) -> Estimated:
    whole = np.full(shape, value)
    return Estimated(
        TARGET, {"train_loss": whole}, {"train_loss": 0.1 * whole}, {"train_loss": share}
    )


def test_estimates_are_replaced_at_once_and_belong_to_the_model(model):
    plot = model.plot(TARGET)
    assert not plot.estimated
    event = estimates(2.0)
    assert model.apply(event)
    assert plot.estimated
    event.estimates["train_loss"][0, 0] = 9.0
    assert plot.estimates["train_loss"].tolist() == np.full((5, 5), 2.0).tolist()
    assert plot.bounds["train_loss"][3, 3] == pytest.approx(0.2)
    assert plot.errors == {"train_loss": 0.02}
    model.apply(estimates(3.0, share=0.01))
    assert (plot.estimates["train_loss"] == 3.0).all()
    assert plot.errors == {"train_loss": 0.01}


def test_estimates_of_another_lattice_are_ignored(model):
    model.apply(estimates(2.0, shape=(4, 5)))
    assert not model.plot(TARGET).estimated


def test_samples_mark_points_and_are_no_measurements(model):
    plot = model.plot(TARGET)
    event = PointSampled(TARGET, 2, 3, 0.0, 0.0, {"train_loss": 7.0}, 1, 25, {"train": 24})
    assert model.apply(event)
    assert plot.sampled[2, 3]
    assert plot.few_examples["train"][2, 3] == 24
    assert plot.few_examples["train"].sum() == 24
    assert not plot.measured.any()
    assert np.isnan(plot.values["train_loss"]).all()
    model.apply(PointSampled(TARGET, 9, 3, 0.0, 0.0, {}, 1, 25))
    assert plot.sampled.sum() == 1


def test_levels_say_how_far_the_picture_was_off_until_estimates_do(model):
    plot = model.plot(TARGET)
    model.apply(LevelComplete(TARGET, 0, 3))
    assert plot.errors == {}
    model.apply(LevelComplete(TARGET, 1, 3, {"train_loss": 0.11}))
    assert plot.errors == {"train_loss": 0.11}
    model.apply(estimates(2.0))
    model.apply(LevelComplete(TARGET, 2, 3, {"train_loss": 0.5}))
    assert plot.errors == {"train_loss": 0.02}


@pytest.mark.parametrize(
    "event",
    [
        PointSampled(Target(PATH, "surface", "new"), 0, 0, 0.0, 0.0, {}, 1, 4),
        Estimated(Target(PATH, "surface", "new"), {}, {}, {}),
        LevelComplete(Target(PATH, "surface", "new"), 0, 1),
    ],
)
def test_estimates_of_unknown_surfaces_ask_for_reading(model, event):
    assert not model.apply(event)


def test_stored_estimates_are_read():
    record = estimated_landscape.landscape(PATH, 21)
    stored = record.surfaces[estimated_landscape.NAME]
    plot = LandscapeModel.of(record).plot(TARGET)
    np.testing.assert_array_equal(plot.estimates["dev_loss"], stored.estimates["dev_loss"])
    np.testing.assert_array_equal(plot.sampled, stored.few_order >= 0)
    assert (plot.few_examples["train"][plot.sampled] == 24).all()
    assert plot.errors == estimated_landscape.ERRORS


def test_a_file_without_a_first_estimate_has_none():
    record = estimated_landscape.landscape(PATH, 21)
    stored = record.surfaces[estimated_landscape.NAME]
    for arrays in (stored.estimates, stored.bounds):
        for values in arrays.values():
            values[:] = np.nan
    assert not LandscapeModel.of(record).plot(TARGET).estimated
