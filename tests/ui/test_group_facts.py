"""A group's share of δ1 and the width of its basin, against numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import synthetic_landscape

from landscape_gui.geometry.flatness import basin_width, with_points
from landscape_gui.specs import LayerGroup
from landscape_gui.ui.group_facts import share_of_change, width_of_basin
from landscape_gui.ui.landscape_model import LandscapeModel

NORMS = {"embeddings": 1.0, **{str(k): 2.0 for k in range(12)}, "pooler": 5.0}


def model(**changes) -> LandscapeModel:
    record = synthetic_landscape.landscape(points=21, groups=("low",))
    run = replace(record.run, part_norms=changes.pop("norms", NORMS))
    return LandscapeModel.of(replace(record, run=run, **changes))


def test_shares_follow_from_the_parts_for_any_group():
    own = LayerGroup(name="own", layers=(0, 11), embeddings=True, pooler=True)
    found = model()
    assert share_of_change(found, own) == pytest.approx((1 + 2 + 2 + 5) / 30)
    assert share_of_change(found, found.groups["low"]) == pytest.approx(8 / 30)
    assert share_of_change(found, None) == 1.0


def test_an_older_file_knows_the_shares_of_groups_with_a_surface():
    old = model(norms={})
    gram = old.run.gram[-1, -1]
    assert share_of_change(old, old.groups["low"]) == pytest.approx(1.1**2 / gram)
    assert share_of_change(old, old.groups["high"]) is None


def test_width_is_that_of_the_line_through_the_fine_tuned_model():
    found = model(curves={})
    alpha = np.linspace(-4, 4, 21)
    loss = synthetic_landscape.loss(alpha, 0.0, "low")
    plot = found.plots["surface", "low-random0"]
    named = {anchor.alpha: anchor.values["train_loss"] for anchor in plot.anchors.values()}
    width = width_of_basin(found, "low")
    assert width is not None
    assert width.width == basin_width(*with_points(alpha, loss, named), 0.0, 0.1)
    assert width.norm == 1.1
    assert "ε = 0.1" in width.sentence
    assert width_of_basin(found, "high") is None


def test_the_end_point_counts_where_the_lattice_misses_it():
    record = synthetic_landscape.landscape(points=20, groups=())
    found = LandscapeModel.of(replace(record, curves={}))
    plot = found.of_kind("surface")[0]
    plot.beta[np.argmin(np.abs(plot.beta))] = 0.0
    assert 1.0 not in plot.alpha
    plot.anchors["end"].values["train_loss"] = 0.0
    near = width_of_basin(found, "").width
    plot.anchors["end"].values["train_loss"] = 0.2
    assert near.length < width_of_basin(found, "").width.length


def test_a_measured_end_point_counts_and_not_its_estimate():
    record = synthetic_landscape.landscape(points=21, groups=())
    found = LandscapeModel.of(replace(record, curves={}))
    plot = found.of_kind("surface")[0]
    (row,) = np.flatnonzero(np.abs(plot.beta) < 1e-9)
    plot.anchors["end"].values["train_loss"] = -1.0
    measured = {anchor.alpha: anchor.values["train_loss"] for anchor in plot.anchors.values()}
    line = with_points(plot.alpha, plot.values["train_loss"][row], measured)
    assert line[1].min() == -1.0
    assert width_of_basin(found, "").width == basin_width(*line, 1.0, 0.1)


def test_a_basin_wider_than_the_range_says_so():
    record = synthetic_landscape.surface("low", 21)
    flat = {name: np.zeros_like(values) for name, values in record.values.items()}
    landscape = synthetic_landscape.landscape(points=21)
    found = LandscapeModel.of(
        replace(landscape, surfaces={record.name: replace(record, values=flat)})
    )
    for anchor in found.plots["surface", record.name].anchors.values():
        anchor.values["train_loss"] = 0.0
    width = width_of_basin(found, "low")
    assert width.text == "> 8.00"
    assert "ends inside the basin" in width.sentence


def test_what_is_hardly_measured_has_no_width():
    record = synthetic_landscape.surface("low", 21, measured=0.005)
    landscape = synthetic_landscape.landscape(points=21)
    found = LandscapeModel.of(replace(landscape, surfaces={record.name: record}))
    assert width_of_basin(found, "low") is None
    assert not math.isnan(width_of_basin(found, "").width.length)
