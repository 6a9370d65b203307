"""A job that is asked again after its data changed does not mix two data sets."""

import itertools

import numpy as np
import pytest
from support.tiny_models import make_tiny_task

from landscape_gui.engine import kept_subject
from landscape_gui.engine.events import HessianProgress, PointMeasured, RollbackMeasured
from landscape_gui.engine.jobs import run_job
from landscape_gui.runs.tasks import TokenizedExamples
from landscape_gui.specs import (
    CurveSpec,
    HessianSpec,
    LatticeSpec,
    LayerGroup,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
    UserError,
)
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.landscape_file import read_landscape

LOW, HIGH = LayerGroup(name="low", layers=(0,)), LayerGroup(name="high", layers=(2,))
LATTICE = LatticeSpec(alpha_points=5, beta_points=3)
STEPS = (PointMeasured, RollbackMeasured, HessianProgress)


@pytest.fixture
def task(runs, tmp_path):
    """The first run's task on data of its own, which can be replaced."""
    kept_subject.give_back()
    make_tiny_task(tmp_path / "data")
    yield runs.first.task.model_copy(update={"data": tmp_path / "data"})
    kept_subject.give_back()


@pytest.fixture(params=["surface", "curve", "rollback", "hessian"])
def spec(request, runs, task):
    fields = {"run": runs.first.path, "task": task}
    match request.param:
        case "surface":
            return SurfaceSpec(axis2=RandomAxis(), lattice=LATTICE, **fields)
        case "curve":
            return CurveSpec(points=5, **fields)
        case "rollback":
            return RollbackSpec(groups=(LOW, HIGH), **fields)
    return HessianSpec(groups=(LOW,), steps=2, probes=2, **fields)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "x.landscape.h5"


def interrupted(spec, out, after=2):
    events = run_job(spec, out)
    for _ in itertools.islice((e for e in events if isinstance(e, STEPS)), after):
        pass
    events.close()
    kept_subject.give_back()


def replace_data(task):
    make_tiny_task(task.data, n_train=20, n_dev=12, seed=9)


def test_an_interrupted_job_does_not_go_on_with_other_data(spec, task, out):
    interrupted(spec, out)
    before = content_sha256(read_landscape(out))
    replace_data(task)
    with pytest.raises(UserError, match=r"task.s data .* changed since") as caught:
        list(run_job(spec, out))
    assert "measure into a new file" in caught.value.hint
    record = read_landscape(out)
    assert content_sha256(record) == before
    assert not record.problems
    make_tiny_task(task.data)  # the same data again
    list(run_job(spec, out))


def test_an_interruption_changes_nothing_of_what_is_measured(spec, out, tmp_path):
    interrupted(spec, out)
    list(run_job(spec, out))
    (tmp_path / "once").mkdir()
    once = tmp_path / "once" / out.name
    kept_subject.give_back()
    list(run_job(spec, once))
    assert content_sha256(read_landscape(out)) == content_sha256(read_landscape(once))


def test_rows_of_other_data_do_not_join_a_rollback(runs, task, out):
    fields = {"run": runs.first.path, "task": task, "groups": (LOW, HIGH)}
    list(run_job(RollbackSpec(combinations=(("low",),), **fields), out))
    before = read_landscape(out).rollback
    replace_data(task)
    with pytest.raises(UserError, match="changed since the rollback"):
        list(run_job(RollbackSpec(combinations=(("high",),), **fields), out))
    after = read_landscape(out).rollback
    for metric, values in before.values.items():
        np.testing.assert_array_equal(after.values[metric], values)


def test_a_finer_part_of_other_data_is_refused(runs, task, out):
    whole = SurfaceSpec(run=runs.first.path, task=task, axis2=RandomAxis(), lattice=LATTICE)
    list(run_job(whole, out))
    replace_data(task)
    finer = LatticeSpec(alpha_range=(0, 2), beta_range=(0, 4), alpha_points=3, beta_points=3)
    with pytest.raises(UserError, match="changed since surface full-random0"):
        list(run_job(whole.part("full-random0", finer), out))
    assert list(read_landscape(out).surfaces) == ["full-random0"]


def test_development_data_are_nothing_to_the_curvature_of_the_training_loss(runs, task, out):
    spec = HessianSpec(run=runs.first.path, task=task, groups=(LOW,), steps=2, probes=2)
    interrupted(spec, out)
    path = task.data / "dev.jsonl"
    path.write_text(path.read_text() * 2)
    list(run_job(spec, out))
    assert read_landscape(out).hessian.status == "complete"


def tokenized(*rows, labels=(0, 1), types=None):
    arrays = tuple(np.array(row, dtype=np.int64) for row in rows)
    given = None if types is None else tuple(np.array(row, dtype=np.int64) for row in types)
    return TokenizedExamples(arrays, given, np.array(labels, dtype=np.int64))


def test_examples_that_differ_in_anything_have_other_hashes():
    others = [
        tokenized([1, 2], [3]),
        tokenized([1], [2, 3]),
        tokenized([3], [1, 2]),
        tokenized([1, 2], [4]),
        tokenized([1, 2], [3], labels=(1, 0)),
        tokenized([1, 2], [3], types=([0, 0], [0])),
        tokenized([1, 2], [3], types=([0, 1], [0])),
    ]
    assert len({one.sha256() for one in others}) == len(others)
    assert tokenized([1, 2], [3]).sha256() == others[0].sha256()
