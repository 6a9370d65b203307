"""The engine against independent computations, and the defects that other tools have."""

import copy
import json
import math
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from support.plain_evaluation import encoder_difference, load, losses_and_errors, rows_of

from landscape_gui.engine import jobs
from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    Done,
    FileReady,
    LevelComplete,
    Notice,
    PointMeasured,
    RollbackMeasured,
)
from landscape_gui.engine.jobs import run_job
from landscape_gui.geometry.trajectory import project
from landscape_gui.runs.layer_groups import default_groups, parse_group
from landscape_gui.specs import (
    CurveSpec,
    ExamplesSpec,
    LatticeSpec,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
    UserError,
)
from landscape_gui.store.landscape_file import read_landscape

SMALL = LatticeSpec(alpha_range=(-1, 2), beta_range=(-1, 1), alpha_points=7, beta_points=5)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "x.landscape.h5"


def surface_of(runs, out, **changes):
    spec = SurfaceSpec(
        run=runs.first.path, axis2=OtherRunAxis(run=runs.second.path), lattice=SMALL, **changes
    )
    events = list(run_job(spec, out))
    record = read_landscape(out)
    return events, next(iter(record.surfaces.values())), record


def plain(runs, model, split):
    rows = rows_of(runs.first.task, split)
    losses, errors = losses_and_errors(model, runs.first.checkpoints[-1].path, rows)
    return losses.mean(), errors.mean()


def test_start_and_end_equal_the_checkpoints_loaded_on_their_own(runs, out):
    _, surface, _ = surface_of(runs, out)
    end = load(runs.first.checkpoints[-1].path)
    start = load(runs.first.checkpoints[-1].path)
    start.base_model.load_state_dict(load(runs.first.checkpoints[0].path).base_model.state_dict())
    anchors = {anchor.name: anchor for anchor in surface.anchors}
    for name, model, alpha in (("start", start, 0.0), ("end", end, 1.0)):
        j, i = np.flatnonzero(surface.beta == 0)[0], np.flatnonzero(surface.alpha == alpha)[0]
        for split in ("train", "dev"):
            loss, error = plain(runs, model, split)
            assert surface.values[f"{split}_loss"][j, i] == pytest.approx(loss, rel=1e-5)
            assert surface.values[f"{split}_error"][j, i] == pytest.approx(error)
            assert anchors[name].values[f"{split}_loss"] == pytest.approx(loss, rel=1e-5)


def test_any_point_equals_the_plane_built_by_hand(runs, out):
    _, surface, _ = surface_of(runs, out)
    end, start = (load(runs.first.checkpoints[k].path) for k in (-1, 0))
    other = load(runs.second.checkpoints[-1].path)
    first, second = encoder_difference(end, start), encoder_difference(other, start)
    second *= np.linalg.norm(first) / np.linalg.norm(second)
    for j, i in ((0, 0), (4, 2), (1, 6)):
        moved = copy.deepcopy(end)
        vector = surface.alpha[i] * first + surface.beta[j] * second
        offset = 0
        for p, q in zip(moved.base_model.parameters(), start.base_model.parameters(), strict=True):
            step = torch.from_numpy(vector[offset : offset + p.numel()]).view(p.shape)
            p.data = (q.detach().double() + step).float()
            offset += p.numel()
        loss, error = plain(runs, moved, "dev")
        assert surface.values["dev_loss"][j, i] == pytest.approx(loss, rel=1e-5)
        assert surface.values["dev_error"][j, i] == pytest.approx(error, abs=1 / 40)


def test_the_surface_is_no_constant_and_both_axes_matter(runs, out):
    _, surface, _ = surface_of(runs, out)
    loss = surface.values["train_loss"]
    assert np.ptp(loss, axis=0).min() > 1e-4
    assert np.ptp(loss, axis=1).min() > 1e-4


def test_norms_cosine_and_projections_equal_float64(runs, out):
    _, surface, record = surface_of(runs, out)
    start = load(runs.first.checkpoints[0].path)
    deltas = [encoder_difference(load(c.path), start) for c in runs.first.checkpoints[1:]]
    second = encoder_difference(load(runs.second.checkpoints[-1].path), start)
    first = deltas[-1]
    plane = surface.plane
    assert plane.axis1_norm == pytest.approx(np.linalg.norm(first), rel=1e-6)
    assert plane.axis2_norm == pytest.approx(np.linalg.norm(second), rel=1e-6)
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert plane.cosine == pytest.approx(cosine, abs=1e-6)
    stacked = np.stack(deltas)
    np.testing.assert_allclose(record.run.gram, stacked @ stacked.T, rtol=1e-6)
    drawn = second * np.linalg.norm(first) / np.linalg.norm(second)
    projection = project(plane.gram, "plane", has_axis2=True)
    axes = np.column_stack([first, drawn])
    for k, delta in enumerate(deltas):
        expected, *_ = np.linalg.lstsq(axes, delta, rcond=None)
        found = projection.alpha[k + 1], projection.beta[k + 1]
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_checkpoints_are_measured_with_the_fixed_head(runs, out):
    events, surface, _ = surface_of(runs, out)
    head_model = load(runs.first.checkpoints[-1].path)
    for index, checkpoint in enumerate(runs.first.checkpoints):
        model = copy.deepcopy(head_model)
        model.base_model.load_state_dict(load(checkpoint.path).base_model.state_dict())
        loss, _ = plain(runs, model, "dev")
        assert surface.checkpoint_values["dev_loss"][index] == pytest.approx(loss, rel=1e-5)
    assert sum(isinstance(e, CheckpointMeasured) for e in events) == len(runs.first.checkpoints)


def test_anchors_are_in_the_file_even_when_the_lattice_misses_them(runs, out):
    lattice = LatticeSpec(alpha_points=4, beta_points=4)
    spec = SurfaceSpec(run=runs.first.path, axis2=RandomAxis(), lattice=lattice)
    events = list(run_job(spec, out))
    surface = next(iter(read_landscape(out).surfaces.values()))
    assert not {0.0, 1.0} & set(surface.alpha.tolist())
    assert {(a.name, a.alpha, a.beta) for a in surface.anchors} == {
        ("start", 0.0, 0.0),
        ("end", 1.0, 0.0),
    }
    first_point = next(k for k, e in enumerate(events) if isinstance(e, PointMeasured))
    anchors = [k for k, e in enumerate(events) if isinstance(e, AnchorMeasured)]
    assert len(anchors) == 2
    assert max(anchors) < first_point


def test_a_group_surface_starts_at_the_trained_model_and_rolls_back(runs, out):
    group = parse_group("low", 3)
    spec = SurfaceSpec(
        run=runs.first.path,
        axis2=OtherRunAxis(run=runs.second.path),
        group=group,
        lattice=LatticeSpec(alpha_range=(-1, 1), beta_range=(-1, 1), alpha_points=5, beta_points=5),
    )
    list(run_job(spec, out))
    surface = next(iter(read_landscape(out).surfaces.values()))
    end, start = (load(runs.first.checkpoints[k].path) for k in (-1, 0))
    rolled = copy.deepcopy(end)
    for layer in group.layers:
        rolled.bert.encoder.layer[layer].load_state_dict(
            start.bert.encoder.layer[layer].state_dict()
        )
    anchors = {a.name: a for a in surface.anchors}
    assert (anchors["rolled_back"].alpha, anchors["end"].alpha) == (-1.0, 0.0)
    for name, model, i in (("end", end, 2), ("rolled_back", rolled, 0)):
        loss, error = plain(runs, model, "train")
        assert anchors[name].values["train_loss"] == pytest.approx(loss, rel=1e-5)
        assert surface.values["train_loss"][2, i] == pytest.approx(loss, rel=1e-5)
        assert surface.values["train_error"][2, i] == pytest.approx(error)
    delta = np.concatenate(
        [
            (p - q).detach().double().numpy().ravel()
            for layer in group.layers
            for p, q in zip(
                end.bert.encoder.layer[layer].parameters(),
                start.bert.encoder.layer[layer].parameters(),
                strict=True,
            )
        ]
    )
    assert surface.plane.origin == "theta1"
    assert surface.plane.axis1_norm == pytest.approx(np.linalg.norm(delta), rel=1e-6)


def test_rollback_of_any_combination_equals_the_model_built_by_hand(runs, out):
    groups = default_groups(3)
    events = list(run_job(RollbackSpec(run=runs.first.path), out))
    measured = {e.groups: e for e in events if isinstance(e, RollbackMeasured)}
    assert len(measured) == 8
    table = read_landscape(out).rollback
    end, start = (load(runs.first.checkpoints[k].path) for k in (-1, 0))
    for names in ((), ("low",), ("middle", "high"), ("low", "middle", "high")):
        model = copy.deepcopy(end)
        for group in groups:
            for layer in group.layers if group.name in names else ():
                model.bert.encoder.layer[layer].load_state_dict(
                    start.bert.encoder.layer[layer].state_dict()
                )
        loss, error = plain(runs, model, "dev")
        assert measured[names].measurement.values["dev_loss"] == pytest.approx(loss, rel=1e-5)
        row = table.mask(set(names))
        assert table.values["dev_loss"][row] == pytest.approx(loss, rel=1e-5)
        assert table.values["dev_error"][row] == pytest.approx(error)


def test_one_combination_is_measured_on_demand_and_kept(runs, out):
    base = RollbackSpec(run=runs.first.path, groups=default_groups(3))
    ask = base.model_copy(update={"combinations": (("low", "high"),)})
    events = [e for e in run_job(ask, out) if isinstance(e, RollbackMeasured)]
    assert [e.groups for e in events] == [(), ("low", "high")]
    again = base.model_copy(update={"combinations": (("low", "high"), ("middle",))})
    events = [e for e in run_job(again, out) if isinstance(e, RollbackMeasured)]
    assert [e.groups for e in events] == [("middle",)]
    assert read_landscape(out).rollback.measured.sum() == 3


def test_a_rollback_on_other_examples_says_what_became_of_the_earlier_one(runs, out):
    def asked(count):
        examples = ExamplesSpec(train=count, dev=count)
        events = list(run_job(RollbackSpec(run=runs.first.path, examples=examples), out))
        notices = [e for e in events if isinstance(e, Notice) and e.file == out]
        return [n.text for n in notices], sum(isinstance(e, RollbackMeasured) for e in events)

    assert asked(16) == ([], 8)
    first = read_landscape(out).rollback
    (text,), measured = asked(8)
    assert measured == 8
    assert "on 16 training and 16 development examples, is kept in the file as rollback_1" in text
    (back, text), measured = asked(16)
    assert measured == 0
    assert "on 16 training and 16 development examples, which was kept as rollback_1" in back
    assert "on 8 training and 8 development examples, is kept in the file as rollback_1" in text
    np.testing.assert_array_equal(
        read_landscape(out).rollback.values["dev_loss"], first.values["dev_loss"]
    )
    assert asked(16) == ([], 0)


def test_a_curve_is_the_beta_0_row_of_the_surface(runs, out):
    _, surface, _ = surface_of(runs, out)
    list(run_job(CurveSpec(run=runs.first.path, alpha_range=(-1, 2), points=7), out))
    record = read_landscape(out)
    curve = next(iter(record.curves.values()))
    row = np.flatnonzero(surface.beta == 0)[0]
    np.testing.assert_array_equal(curve.alpha, surface.alpha)
    np.testing.assert_allclose(
        curve.values["train_loss"], surface.values["train_loss"][row], rtol=1e-6
    )
    assert set(record.surfaces)
    assert set(record.curves)


def test_two_other_runs_give_two_different_surfaces_in_one_file(runs, out):
    for axis2 in (OtherRunAxis(run=runs.second.path), RandomAxis(seed=1), RandomAxis(seed=2)):
        list(run_job(SurfaceSpec(run=runs.first.path, axis2=axis2, lattice=SMALL), out))
    surfaces = list(read_landscape(out).surfaces.values())
    assert len(surfaces) == 3
    for a, b in ((0, 1), (1, 2), (0, 2)):
        assert not np.allclose(
            surfaces[a].values["dev_loss"][0], surfaces[b].values["dev_loss"][0], rtol=1e-3
        )


def test_a_pca_axis_holds_the_rest_of_the_trajectory(runs, out):
    spec = SurfaceSpec(run=runs.first.path, axis2=PCAAxis(), lattice=SMALL)
    list(run_job(spec, out))
    plane = next(iter(read_landscape(out).surfaces.values())).plane
    assert abs(plane.cosine) < 1e-4
    other = surface_of(runs, out.with_name("y.landscape.h5"))[1].plane
    ours = project(plane.gram, "plane", has_axis2=True).off_plane
    theirs = project(other.gram, "plane", has_axis2=True).off_plane
    assert ours[1:-1].max() < theirs[1:-1].max()


def test_events_tell_the_truth_about_the_file(runs, out):
    events, surface, _ = surface_of(runs, out)
    assert isinstance(events[-1], Done)
    ready = next(e for e in events if isinstance(e, FileReady))
    points = [e for e in events if isinstance(e, PointMeasured)]
    assert (ready.done, ready.total, len(points)) == (0, 35, 35)
    assert [e.done for e in points] == list(range(1, 36))
    for e in points:
        assert surface.values["dev_loss"][e.j, e.i] == e.measurement.values["dev_loss"]
        assert (surface.alpha[e.i], surface.beta[e.j]) == (e.alpha, e.beta)
        assert surface.order[e.j, e.i] == e.order
    complete = [e.level for e in events if isinstance(e, LevelComplete)]
    assert complete == sorted(complete)
    assert surface.status == "complete"


def test_a_point_is_in_the_file_before_it_is_announced(runs, out):
    spec = SurfaceSpec(run=runs.first.path, axis2=RandomAxis(), lattice=SMALL)
    for event in run_job(spec, out):
        if isinstance(event, PointMeasured):
            surface = next(iter(read_landscape(out).surfaces.values()))
            stored = surface.values["train_loss"][event.j, event.i]
            assert stored == event.measurement.values["train_loss"]
            if event.done == 5:
                break


def test_cancelled_and_continued_equals_uninterrupted(runs, out, tmp_path):
    spec = SurfaceSpec(run=runs.first.path, axis2=RandomAxis(seed=4), lattice=SMALL)
    job = run_job(spec, out)
    for event in job:
        if isinstance(event, PointMeasured) and event.done == 11:
            job.close()
    half = next(iter(read_landscape(out).surfaces.values()))
    assert half.status == "incomplete"
    assert (half.order >= 0).sum() == 11
    rest = [e for e in run_job(spec, out) if isinstance(e, PointMeasured)]
    assert len(rest) == 35 - 11
    whole = tmp_path / "whole.landscape.h5"
    list(run_job(spec, whole))
    a, b = (next(iter(read_landscape(p).surfaces.values())) for p in (out, whole))
    np.testing.assert_array_equal(a.order, b.order)
    for metric in a.values:
        np.testing.assert_array_equal(a.values[metric], b.values[metric])
    assert not [e for e in run_job(spec, out) if isinstance(e, PointMeasured)]


@pytest.mark.parametrize("cancel_after", [None, 0, 3])
def test_the_model_is_bit_identical_after_a_job(runs, out, monkeypatch, cancel_after):
    subjects = []
    real = jobs.open_subject

    def spy(*arguments):
        subject = yield from real(*arguments)
        subjects.append(subject)
        return subject

    monkeypatch.setattr(jobs, "open_subject", spy)
    spec = SurfaceSpec(run=runs.first.path, axis2=RandomAxis(), lattice=SMALL)
    job = run_job(spec, out)
    for event in job:
        is_step = isinstance(event, PointMeasured | FileReady)
        if is_step and event.done == cancel_after:
            job.close()
    expected = load(runs.first.checkpoints[-1].path).state_dict()
    found = subjects[0].objective.module.state_dict()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert not any(m.training for m in subjects[0].objective.module.modules())


def test_losses_that_are_not_finite_are_kept_as_they_are(runs, out):
    lattice = LatticeSpec(
        alpha_range=(-1e30, 1e30), beta_range=(-1e30, 1e30), alpha_points=3, beta_points=3
    )
    spec = SurfaceSpec(run=runs.first.path, axis2=RandomAxis(), lattice=lattice)
    list(run_job(spec, out))
    surface = next(iter(read_landscape(out).surfaces.values()))
    assert (surface.order >= 0).all()
    loss = surface.values["train_loss"]
    assert not np.isfinite(loss[0, 0])
    assert math.isfinite(loss[1, 1])


@pytest.mark.parametrize(
    ("name", "value"),
    [("return_dict", False), ("pad_token_id", -1), ("chunk_size_feed_forward", 4)],
)
def test_what_a_configuration_says_of_outputs_and_padding_does_not_show(
    runs, out, tmp_path, name, value
):
    shutil.copytree(runs.first.path, tmp_path / "run")
    for path in (tmp_path / "run").rglob("config.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))
    curves = []
    for run in (runs.first.path, tmp_path / "run"):
        list(run_job(CurveSpec(run=run, alpha_range=(0, 1), points=3), out))
        curves.append(next(iter(read_landscape(out).curves.values())).values["dev_loss"])
        out.unlink()
    assert curves[1] == pytest.approx(curves[0], rel=1e-6)


@pytest.mark.parametrize("group", [None, "2"])
def test_a_run_that_diverged_is_measured_as_not_a_number(runs, out, tmp_path, group):
    shutil.copytree(runs.first.path, tmp_path / "run")
    weights = runs.first.checkpoints[-1].path.relative_to(runs.first.path) / "model.safetensors"
    tensors = load_file(tmp_path / "run" / weights)
    tensors["classifier.bias"][:] = math.nan
    save_file(tensors, tmp_path / "run" / weights, metadata={"format": "pt"})
    layers = parse_group(group, 3) if group else None
    list(run_job(CurveSpec(run=tmp_path / "run", group=layers, alpha_range=(0, 1), points=3), out))
    curve = next(iter(read_landscape(out).curves.values()))
    assert np.isnan(curve.values["dev_loss"]).all()
    assert (curve.values["dev_error"] == 1).all()


def test_fewer_examples_are_the_same_ones_every_time(runs, out, tmp_path):
    some = ExamplesSpec(train=16, dev=8, seed=3)
    _, a, _ = surface_of(runs, out, examples=some)
    _, b, _ = surface_of(runs, tmp_path / "b.landscape.h5", examples=some)
    _, c, _ = surface_of(
        runs, tmp_path / "c.landscape.h5", examples=some.model_copy(update={"seed": 4})
    )
    np.testing.assert_array_equal(a.values["dev_loss"], b.values["dev_loss"])
    assert not np.allclose(a.values["dev_loss"], c.values["dev_loss"])
    assert a.notes["examples"] == {"train": 16, "dev": 8}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("tolerance", [None, 0.05])
def test_no_place_is_measured_twice_in_one_format(runs, out, monkeypatch, precision, tolerance):
    """What formats were compared at, start and end are not measured again for the lattice."""
    made = []

    def evaluated(self, along, across, selection="all", original=SerialEvaluator.evaluated):
        made.append((self.objective.precision, along, across))
        return original(self, along, across, selection)

    monkeypatch.setattr(SerialEvaluator, "evaluated", evaluated)
    _, surface, _ = surface_of(runs, out, precision=precision, tolerance=tolerance)
    assert len(made) == len(set(made))
    here = [(along, across) for used, along, across in made if used == precision]
    lattice = [(a, b) for b in surface.beta for a in surface.alpha]
    assert {(0.0, 0.0), (1.0, 0.0)} <= set(lattice)
    assert len(here) == (surface.order >= 0).sum()
    assert set(here) <= set(lattice)


def test_what_is_known_from_the_comparison_is_what_would_be_measured(runs, out, tmp_path):
    _, known, _ = surface_of(runs, out, precision="bfloat16")
    again = tmp_path / "again.landscape.h5"
    spec = SurfaceSpec(run=runs.first.path, axis2=RandomAxis(), lattice=SMALL, precision="bfloat16")
    spec = SurfaceSpec(
        run=runs.first.path,
        axis2=OtherRunAxis(run=runs.second.path),
        lattice=SMALL,
        precision="bfloat16",
    )
    job = run_job(spec, again)
    next(e for e in job if isinstance(e, AnchorMeasured))
    job.close()  # what was compared is forgotten; the number format is noted
    list(run_job(spec, again))
    measured = next(iter(read_landscape(again).surfaces.values()))
    for metric in known.values:
        np.testing.assert_array_equal(known.values[metric], measured.values[metric])


@pytest.mark.parametrize("precision", ["bfloat16", "auto"])
def test_lower_precision_is_compared_and_the_difference_kept(runs, out, tmp_path, precision):
    _, rough, _ = surface_of(runs, out, precision=precision)
    _, exact, _ = surface_of(runs, tmp_path / "exact.landscape.h5")
    check = rough.notes["precision"]
    assert len(check["points"]) >= 8
    off = np.abs(rough.values["dev_loss"] - exact.values["dev_loss"]).max()
    if check["chosen"] == "float32":
        assert off == 0
    else:
        assert 0 < off < 0.1 * np.ptp(exact.values["dev_loss"])
        assert check["absolute"] > 0
    assert precision == "auto" or check["chosen"] == "bfloat16"


def test_another_run_of_the_same_file_is_refused(runs, out):
    spec = CurveSpec(run=runs.first.path, points=5)
    list(run_job(spec, out))
    before = out.read_bytes()
    with pytest.raises(UserError, match="another"):
        list(run_job(CurveSpec(run=runs.second.path, points=5), out))
    assert out.read_bytes() == before


def test_an_axis_from_another_start_point_is_refused(runs, out):
    spec = SurfaceSpec(run=runs.first.path, axis2=OtherRunAxis(run=runs.scratch.path))
    with pytest.raises(UserError, match="start"):
        list(run_job(spec, out))
    assert not out.exists()


def test_the_same_run_twice_is_no_plane(runs, out):
    spec = SurfaceSpec(run=runs.first.path, axis2=OtherRunAxis(run=runs.first.path), lattice=SMALL)
    with pytest.raises(UserError, match="parallel"):
        list(run_job(spec, out))


@pytest.mark.parametrize("family", ["distilbert", "roberta", "deberta-v2", "modernbert"])
def test_other_encoder_families_are_measured_as_well(runs, out, tmp_path, family):
    from support.tiny_models import make_tiny_model, make_tiny_run

    model = make_tiny_model(tmp_path / "model", family=family)
    run = make_tiny_run(tmp_path / "run", model, runs.first.task, epochs=1)
    spec = SurfaceSpec(
        run=run.path, axis2=RandomAxis(), group=parse_group("high", 3), lattice=SMALL
    )
    list(run_job(spec, out))
    surface = next(iter(read_landscape(out).surfaces.values()))
    end = next(anchor for anchor in surface.anchors if anchor.name == "end")
    losses, _ = losses_and_errors(
        load(run.checkpoints[-1].path), run.checkpoints[-1].path, rows_of(run.task, "dev")
    )
    assert end.values["dev_loss"] == pytest.approx(losses.mean(), rel=1e-5)
    assert np.ptp(surface.values["dev_loss"]) > 0


@pytest.mark.gpu
def test_cuda_agrees_with_the_cpu(runs, out, tmp_path):
    _, cpu, _ = surface_of(runs, out, device="cpu")
    _, cuda, _ = surface_of(runs, tmp_path / "cuda.landscape.h5", device="cuda")
    np.testing.assert_allclose(cuda.values["dev_loss"], cpu.values["dev_loss"], rtol=1e-4)


def test_a_curve_keeps_how_far_delta1_moves_each_filter(runs, out):
    spec = CurveSpec(run=runs.first.path, points=3, alpha_range=(-1, 1))
    list(run_job(spec, out))
    curve = read_landscape(out).curves["full"]
    end, start = (
        load(runs.first.checkpoints[k].path).base_model.requires_grad_(False) for k in (-1, 0)
    )
    ratios = []
    for theta1, theta0 in zip(end.parameters(), start.parameters(), strict=True):
        if theta1.dim() < 2:
            continue
        for row1, row0 in zip(theta1.double().flatten(1), theta0.double().flatten(1), strict=True):
            if row1.norm() > 0:
                ratios.append(((row1 - row0).norm() / row1.norm()).item())
    expected = float(np.sqrt(np.mean(np.square(ratios))))
    assert curve.notes["filter_ratio"] == pytest.approx(expected, rel=1e-5)


def test_a_curve_from_before_gets_its_filter_ratio_without_a_new_point(runs, out, monkeypatch):
    spec = CurveSpec(run=runs.first.path, points=3, alpha_range=(-1, 1))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "filter_ratio", lambda _weights, axis2: math.nan)
        list(run_job(spec, out))
    assert "filter_ratio" not in read_landscape(out).curves["full"].notes
    events = list(run_job(spec, out))
    assert not [event for event in events if isinstance(event, PointMeasured)]
    curve = read_landscape(out).curves["full"]
    assert curve.notes["filter_ratio"] > 0
    assert curve.status == "complete"
