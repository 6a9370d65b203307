"""One model stays in memory between rollbacks, and goes when anything else is asked for."""

import os

import numpy as np
import pytest
from support.plain_evaluation import load, losses_and_errors, rows_of
from support.tiny_models import make_tiny_task

from landscape_gui.engine import jobs, kept_subject
from landscape_gui.engine.events import Done, PointMeasured, RollbackMeasured, Stage
from landscape_gui.engine.jobs import run_job
from landscape_gui.specs import (
    CurveSpec,
    ExamplesSpec,
    LatticeSpec,
    LayerGroup,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
)
from landscape_gui.store.landscape_file import read_landscape

LOW, HIGH = LayerGroup(name="low", layers=(0,)), LayerGroup(name="high", layers=(2,))
FEW = ExamplesSpec(train=8, dev=8)


@pytest.fixture
def opened(monkeypatch):
    """How often a subject was opened."""
    kept_subject.give_back()
    count = []
    really = jobs.open_subject

    def counting(*arguments):
        count.append(arguments[0])
        return really(*arguments)

    monkeypatch.setattr(jobs, "open_subject", counting)
    yield count
    kept_subject.give_back()


def rolled_back(runs, *names, groups=(LOW, HIGH), **changes):
    fields = {"run": runs.first.path, "examples": FEW} | changes
    return RollbackSpec(groups=groups, combinations=(names,), **fields)


def test_a_second_rollback_opens_nothing(runs, opened, tmp_path):
    out = tmp_path / "x.landscape.h5"
    list(run_job(rolled_back(runs, "low"), out))
    events = list(run_job(rolled_back(runs, "high"), out))
    assert len(opened) == 1
    assert "Opening the run" not in [e.text for e in events if isinstance(e, Stage)]
    fresh = tmp_path / "fresh.landscape.h5"
    kept_subject.give_back()
    list(run_job(rolled_back(runs, "high"), fresh))
    one, two = read_landscape(out).rollback, read_landscape(fresh).rollback
    mask = one.mask({"high"})
    for metric in one.values:
        assert one.values[metric][mask] == two.values[metric][mask]
        assert one.change_errors[metric][mask] == two.change_errors[metric][mask]


def test_a_rollback_after_a_surface_takes_its_model_as_trained(runs, opened, tmp_path):
    out = tmp_path / "x.landscape.h5"
    lattice = LatticeSpec(alpha_points=3, beta_points=3)
    fields = {"run": runs.first.path, "examples": FEW}
    list(run_job(SurfaceSpec(axis2=RandomAxis(), lattice=lattice, **fields), out))
    list(run_job(rolled_back(runs, "low"), out))
    assert len(opened) == 1
    record = read_landscape(out)
    (surface,) = record.surfaces.values()
    end = next(anchor for anchor in surface.anchors if anchor.name == "end")
    assert {m: v[0] for m, v in record.rollback.values.items()} == end.values


def test_another_run_other_examples_or_changed_files_are_read_anew(runs, opened, tmp_path):
    list(run_job(rolled_back(runs, "low"), tmp_path / "a.h5"))
    other = ExamplesSpec(train=8, dev=9)
    list(run_job(rolled_back(runs, "low", examples=other), tmp_path / "b.h5"))
    assert len(opened) == 2
    weights = next(runs.first.checkpoints[-1].path.glob("*.safetensors"))
    before = weights.stat()
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    list(run_job(rolled_back(runs, "high", examples=other), tmp_path / "b.h5"))
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(opened) == 3


def data_of(runs, path):
    """The first run's task on data of its own, which can be replaced."""
    make_tiny_task(path)
    return runs.first.task.model_copy(update={"data": path})


@pytest.mark.parametrize("when", [Stage, PointMeasured, Done])
def test_data_replaced_while_a_surface_is_measured_are_read_anew(runs, opened, tmp_path, when):
    task = data_of(runs, tmp_path / "data")
    lattice = LatticeSpec(alpha_points=3, beta_points=3)
    fields = {"run": runs.first.path, "task": task, "axis2": RandomAxis(), "lattice": lattice}
    replaced = False
    for event in run_job(SurfaceSpec(**fields), tmp_path / "s.landscape.h5"):
        if isinstance(event, when) and not replaced and getattr(event, "text", "P")[0] == "P":
            replaced = True
            if when is Stage:  # "Preparing the examples" has not read any
                os.utime(tmp_path / "data" / "dev.jsonl", ns=(1, 1))
            else:
                make_tiny_task(tmp_path / "data", n_train=20, n_dev=12, seed=9)
    assert replaced
    rollback = rolled_back(runs, "low", task=task, examples=ExamplesSpec())
    list(run_job(rollback, tmp_path / "a.landscape.h5"))
    assert len(opened) == 2
    kept_subject.give_back()
    list(run_job(rollback, tmp_path / "b.landscape.h5"))
    a, b = (read_landscape(tmp_path / f"{x}.landscape.h5").rollback for x in "ab")
    for metric in a.values:
        np.testing.assert_array_equal(a.values[metric], b.values[metric])


def test_data_replaced_while_a_rollback_is_measured_are_read_anew(runs, opened, tmp_path):
    task = data_of(runs, tmp_path / "data")
    rollback = rolled_back(runs, "low", task=task, examples=ExamplesSpec())
    for event in run_job(rollback, tmp_path / "a.landscape.h5"):
        if isinstance(event, Stage) and event.text == "Loading the checkpoints":
            make_tiny_task(tmp_path / "data", n_train=20, n_dev=12, seed=9)
    list(run_job(rollback, tmp_path / "b.landscape.h5"))
    assert len(opened) == 2


def test_a_result_beside_what_is_read_changes_nothing_of_it(runs, opened, tmp_path):
    task = data_of(runs, tmp_path / "data")
    out = tmp_path / "data" / "x.landscape.h5"
    lattice = LatticeSpec(alpha_points=3, beta_points=3)
    fields = {"run": runs.first.path, "task": task, "axis2": RandomAxis(), "lattice": lattice}
    list(run_job(SurfaceSpec(**fields), out))
    list(run_job(rolled_back(runs, "low", task=task, examples=ExamplesSpec()), out))
    assert len(opened) == 1


def test_another_job_gives_it_back_before_it_begins(runs, opened, tmp_path):
    out = tmp_path / "x.landscape.h5"
    list(run_job(rolled_back(runs, "low"), out))
    run_job(CurveSpec(run=runs.first.path, points=3, examples=FEW), out)
    assert kept_subject.give_back() is False


def test_own_groups_join_the_table_and_keep_its_rows(runs, opened, tmp_path):
    out = tmp_path / "x.landscape.h5"
    list(run_job(rolled_back(runs, "low"), out))
    before = read_landscape(out).rollback
    own = LayerGroup(name="outer", layers=(0, 2), embeddings=True)
    events = list(run_job(rolled_back(runs, "outer", groups=(own,)), out))
    after = read_landscape(out).rollback
    assert after.groups == ("low", "high", "outer")
    for names in (set(), {"low"}):
        for metric in before.values:
            assert (
                after.values[metric][after.mask(names)] == before.values[metric][before.mask(names)]
            )
    assert after.measured[after.mask({"outer"})]
    assert [e.groups for e in events if isinstance(e, RollbackMeasured)] == [("outer",)]


def test_standard_errors_of_differences_are_paired(runs, opened, tmp_path):
    out = tmp_path / "x.landscape.h5"
    list(run_job(rolled_back(runs, "low", examples=ExamplesSpec()), out))
    table = read_landscape(out).rollback
    end = runs.first.checkpoints[-1].path
    tuned, rolled = load(end), load(end)
    start = load(runs.first.checkpoints[0].path).state_dict()
    part = {k: v for k, v in start.items() if k.startswith("bert.encoder.layer.0.")}
    rolled.load_state_dict(rolled.state_dict() | part)
    for split in ("train", "dev"):
        rows = rows_of(runs.first.task, split)
        pairs = [losses_and_errors(model, end, rows) for model in (rolled, tuned)]
        for what, a, b in zip(("loss", "error"), *pairs, strict=True):
            difference = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
            expected = difference.std(ddof=1) / np.sqrt(len(difference))
            found = table.change_errors[f"{split}_{what}"]
            assert found[table.mask({"low"})] == pytest.approx(expected, rel=1e-3, abs=1e-6)
            assert found[0] == 0


def test_the_parts_norms_add_up_to_the_whole(runs, opened, tmp_path):
    out = tmp_path / "x.landscape.h5"
    list(run_job(rolled_back(runs, "low"), out))
    run = read_landscape(out).run
    assert set(run.part_norms) >= {"embeddings", "0", "1", "2"}
    assert sum(run.part_norms.values()) == pytest.approx(run.gram[-1, -1], rel=1e-9)
