from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.store.named_points import places_on_lattice, with_named_points
from landscape_gui.store.records import Anchor, PlaneRecord, SurfaceRecord

AXIS = np.linspace(-1.0, 1.0, 5)


def surface(**changed) -> SurfaceRecord:
    """A lattice of which the corners are measured, and the rest estimated at 9 ± 1."""
    order = np.full((5, 5), -1)
    order[::4, ::4] = np.arange(4).reshape(2, 2)
    few = np.full((5, 5), -1)
    few[2, 2] = 0
    anchors = (
        Anchor("start", 0.0, 0.0, {"train_loss": 0.7}, {"train_loss": 0.1}),
        Anchor("end", 1.0, 0.0, {"train_loss": 0.2}, {"train_loss": 0.05}),
    )
    record = SurfaceRecord(
        name="full-random0",
        alpha=AXIS,
        beta=AXIS,
        values={"train_loss": np.where(order >= 0, 2.0, np.nan)},
        standard_errors={"train_loss": np.where(order >= 0, 0.3, np.nan)},
        order=order,
        anchors=anchors,
        checkpoint_values={},
        plane=PlaneRecord("theta0", 1.0, 1.0, 0.0, "random 0", np.eye(2)),
        spec={},
        status="complete",
        estimates={"train_loss": np.where(order >= 0, 2.0, 9.0)},
        bounds={"train_loss": np.where(order >= 0, 0.0, 1.0)},
        few_order=few,
        few_examples={"train": np.where(few >= 0, 7, 0)},
    )
    return replace(record, **changed)


def test_start_and_end_are_measured_where_they_lie_on_the_lattice():
    before = surface()
    found = with_named_points(before)
    for j, i, value, error, order in ((2, 2, 0.7, 0.1, 4), (2, 4, 0.2, 0.05, 5)):
        assert found.values["train_loss"][j, i] == found.estimates["train_loss"][j, i] == value
        assert found.standard_errors["train_loss"][j, i] == error
        assert found.bounds["train_loss"][j, i] == 0.0
        assert found.order[j, i] == order, "they come last"
    assert found.few_order is not None
    assert found.few_order[2, 2] == -1
    assert found.few_examples["train"][2, 2] == 0
    # What was read stays as it was, and so do all other points.
    assert before.order[2, 2] == -1
    assert before.estimates["train_loss"][2, 2] == 9.0
    others = np.ones((5, 5), dtype=bool)
    others[2, [2, 4]] = False
    np.testing.assert_array_equal(
        found.estimates["train_loss"][others], before.estimates["train_loss"][others]
    )


def test_without_estimates_they_are_measured_all_the_same():
    found = with_named_points(surface(estimates={}, bounds={}, few_order=None, few_examples={}))
    assert found.values["train_loss"][2, 4] == 0.2
    assert found.estimates == {}
    assert found.few_order is None


@pytest.mark.parametrize(
    "anchor",
    [
        Anchor("end", 0.9, 0.0, {"train_loss": 0.2}, {}),  # between two points
        Anchor("end", 3.0, 0.0, {"train_loss": 0.2}, {}),  # outside
        Anchor("end", 1.0, 0.0, {"train_loss": float("nan")}, {}),  # not measured
        Anchor("end", 1.0, 0.0, {"dev_loss": 0.2}, {}),  # not of this metric
        Anchor("end", 1.0, 1.0, {"train_loss": 0.2}, {}),  # measured on the lattice itself
    ],
)
def test_other_points_change_nothing(anchor):
    record = surface(anchors=(anchor,))
    assert with_named_points(record) is record


def test_two_points_alone_are_no_surface():
    record = surface(order=np.full((5, 5), -1))
    assert with_named_points(record) is record


def test_places_are_found_up_to_rounding():
    anchor = Anchor("end", 0.1 + 0.2, 0.0, {}, {})
    axis = np.array([0.0, 0.3, 0.6])
    assert [(j, i) for j, i, _ in places_on_lattice([anchor], axis, axis)] == [(0, 1)]
