"""What a content's hash tells apart, and what not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.bowl_landscape import make_curve, make_hessian, make_record, make_rollback

from landscape_gui.store.content_hash import content_sha256


@pytest.fixture(scope="module")
def record():
    return make_record(
        curves={"full": make_curve()}, hessian=make_hessian(), rollback=make_rollback()
    )


def with_surface(record, **changes):
    name, surface = next(iter(record.surfaces.items()))
    return replace(record, surfaces=record.surfaces | {name: replace(surface, **changes)})


def test_equal_contents_have_equal_hashes_wherever_and_whenever_they_were_measured(record):
    surface = next(iter(record.surfaces.values()))
    point = replace(record.run.checkpoints[0], path="/elsewhere/checkpoint-0")
    moved = replace(
        record.run,
        path="/elsewhere/run",
        model="/elsewhere/model",
        checkpoints=(point, *record.run.checkpoints[1:]),
    )
    other = replace(record, path=Path("/elsewhere/x.landscape.h5"), run=moved)
    other = with_surface(
        other,
        notes=surface.notes | {"seconds_per_point": 2.5},
        spec=surface.spec | {"run": "/elsewhere/run"},
        example_results={},
    )
    spec = surface.spec | {"run": "/somewhere/run"}
    assert content_sha256(other) == content_sha256(with_surface(record, spec=spec))


def test_whatever_was_measured_or_asked_for_otherwise_changes_it(record):
    surface = next(iter(record.surfaces.values()))
    metric = next(iter(surface.values))
    values = surface.values[metric].copy()
    values[0, 0] = np.nextafter(np.nan_to_num(values[0, 0]), 9.0)
    weights = tuple(replace(c, sha256="f" * 64) for c in record.run.checkpoints)
    others = [
        with_surface(record, values=surface.values | {metric: values}),
        with_surface(record, order=np.where(surface.order == 0, -1, surface.order)),
        with_surface(record, spec=surface.spec | {"tolerance": 0.5}),
        with_surface(record, status="other"),
        with_surface(record, notes=surface.notes | {"filter_ratio": 7.0}),
        replace(record, run=replace(record.run, checkpoints=weights)),
        replace(record, curves={}),
        replace(record, rollback=None),
        replace(record, hessian=None),
    ]
    found = [content_sha256(one) for one in (record, *others)]
    assert len(set(found)) == len(found)


def test_neither_a_name_nor_the_shape_of_an_array_can_stand_for_another(record):
    name, surface = next(iter(record.surfaces.items()))
    renamed = replace(record, surfaces={f"{name}2": surface})
    assert content_sha256(renamed) != content_sha256(record)
    one = with_surface(record, alpha=surface.alpha.reshape(1, -1))
    assert content_sha256(one) != content_sha256(record)
