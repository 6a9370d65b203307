"""A part of a surface that is measured finer: the same plane, joined in the file."""

from __future__ import annotations

import copy
import itertools

import numpy as np
import pytest
import torch
from support.plain_evaluation import encoder_difference, load, losses_and_errors, rows_of

from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    FileReady,
    PointMeasured,
)
from landscape_gui.engine.jobs import run_job
from landscape_gui.specs import (
    ExamplesSpec,
    LatticeSpec,
    OtherRunAxis,
    RandomAxis,
    SurfaceSpec,
    UserError,
)
from landscape_gui.store.landscape_file import read_landscape

COARSE = LatticeSpec(alpha_range=(-1, 2), beta_range=(-1, 1), alpha_points=7, beta_points=5)
FINE = LatticeSpec(alpha_range=(0.5, 1.5), beta_range=(-0.5, 0.5), alpha_points=9, beta_points=9)


@pytest.fixture
def whole(runs) -> SurfaceSpec:
    return SurfaceSpec(
        run=runs.first.path, axis2=OtherRunAxis(run=runs.second.path), lattice=COARSE
    )


@pytest.fixture
def out(tmp_path, whole):
    path = tmp_path / "x.landscape.h5"
    list(run_job(whole, path))
    return path


def name_of(out) -> str:
    return next(iter(read_landscape(out).surfaces))


def test_a_point_of_a_part_equals_the_plane_built_by_hand(runs, whole, out):
    list(run_job(whole.part(name_of(out), FINE), out))
    part = read_landscape(out).surfaces[f"{name_of(out)}-part"]
    end, start = (load(runs.first.checkpoints[k].path) for k in (-1, 0))
    other = load(runs.second.checkpoints[-1].path)
    first, second = encoder_difference(end, start), encoder_difference(other, start)
    second *= np.linalg.norm(first) / np.linalg.norm(second)
    for j, i in ((0, 0), (3, 5), (8, 1)):
        moved = copy.deepcopy(end)
        vector = part.alpha[i] * first + part.beta[j] * second
        offset = 0
        for p, q in zip(moved.base_model.parameters(), start.base_model.parameters(), strict=True):
            step = torch.from_numpy(vector[offset : offset + p.numel()]).view(p.shape)
            p.data = (q.detach().double() + step).float()
            offset += p.numel()
        losses, errors = losses_and_errors(
            moved, runs.first.checkpoints[-1].path, rows_of(runs.first.task, "dev")
        )
        assert part.values["dev_loss"][j, i] == pytest.approx(losses.mean(), rel=1e-5)
        assert part.values["dev_error"][j, i] == pytest.approx(errors.mean(), abs=1 / 40)


def test_a_part_takes_over_the_points_it_shares_and_measures_the_others(whole, out):
    events = list(run_job(whole.part(name_of(out), FINE), out))
    record = read_landscape(out)
    surface, part = record.surfaces[name_of(out)], record.surfaces[f"{name_of(out)}-part"]
    shared = 3 * 3
    ready = next(e for e in events if isinstance(e, FileReady))
    assert (ready.done, ready.total) == (shared, 81)
    assert sum(isinstance(e, PointMeasured) for e in events) == 81 - shared
    assert not [e for e in events if isinstance(e, AnchorMeasured | CheckpointMeasured)]
    np.testing.assert_array_equal(
        part.values["train_loss"][::4, ::4], surface.values["train_loss"][1:4, 3:6]
    )
    assert part.notes["taken_over"] == shared
    assert part.notes["precision"] == surface.notes["precision"]
    assert part.status == "complete"
    assert part.part_of == surface.name
    assert surface.part_of == ""


def test_an_interrupted_part_goes_on_with_the_same_values(whole, out, tmp_path):
    spec = whole.part(name_of(out), FINE)
    job = run_job(spec, out)
    list(itertools.islice((e for e in job if isinstance(e, PointMeasured)), 20))
    job.close()
    half = read_landscape(out).surfaces[f"{name_of(out)}-part"]
    assert half.status == "incomplete"
    assert int((half.order >= 0).sum()) == 29
    events = list(run_job(spec, out))
    assert sum(isinstance(e, PointMeasured) for e in events) == 81 - 29
    surfaces = read_landscape(out).surfaces
    assert len(surfaces) == 2
    again = tmp_path / "again.landscape.h5"
    list(run_job(whole, again))
    list(run_job(spec, again))
    straight = read_landscape(again).surfaces[f"{name_of(out)}-part"]
    for metric, values in straight.values.items():
        np.testing.assert_array_equal(values, surfaces[straight.name].values[metric])


def test_the_time_that_a_point_takes_is_kept(whole, out):
    notes = read_landscape(out).surfaces[name_of(out)].notes
    assert 0 < notes["seconds_per_point"] < 60


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"part_of": "nothing"}, "no surface nothing"),
        ({"axis2": RandomAxis()}, "another plane"),
        ({"examples": ExamplesSpec(train=5)}, "other examples"),
        ({"lattice": FINE.model_copy(update={"alpha_range": (1.5, 2.5)})}, "leaves the range"),
        ({"lattice": FINE.model_copy(update={"beta_points": 2})}, "coarser along beta"),
    ],
)
def test_a_part_that_does_not_fit_is_refused_and_the_file_left_alone(whole, out, change, message):
    before = out.read_bytes()
    spec = whole.part(name_of(out), FINE).model_copy(update=change)
    with pytest.raises(UserError, match=message):
        list(run_job(spec, out))
    assert out.read_bytes() == before


def test_a_part_has_no_parts_of_its_own(whole, out):
    list(run_job(whole.part(name_of(out), FINE), out))
    with pytest.raises(UserError, match="could have a finer part"):
        list(run_job(whole.part(f"{name_of(out)}-part", FINE), out))


def test_every_point_of_a_part_is_measured(whole):
    with pytest.raises(ValueError, match="takes no tolerance"):
        SurfaceSpec.model_validate(whole.part("x", FINE).model_dump() | {"tolerance": 0.01})
    assert whole.model_copy(update={"tolerance": 0.01}).part("x", FINE).tolerance is None
