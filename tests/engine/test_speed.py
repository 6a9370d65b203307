"""What a job tells of its speed, for estimates."""

import statistics

import pytest

from landscape_gui.engine.events import PointMeasured, SpeedMeasured
from landscape_gui.engine.jobs import describe_run, run_job
from landscape_gui.specs import CurveSpec, ExamplesSpec, LayerGroup

FEW = ExamplesSpec(train=8, dev=8)


def told(events) -> list[SpeedMeasured]:
    return [event for event in events if isinstance(event, SpeedMeasured)]


def test_a_job_tells_its_speed_once(runs, tmp_path):
    spec = CurveSpec(run=runs.first.path, points=9, examples=FEW)
    events = list(run_job(spec, tmp_path / "x.landscape.h5"))
    (speed,) = told(events)
    assert (speed.device, speed.precision) == ("cpu", "float32")
    assert 1 < speed.tokens_per_example < 128
    outline = describe_run(runs.first.path, None, None)
    seconds = [e.measurement.seconds for e in events if isinstance(e, PointMeasured)]
    work = outline.multiplied * speed.tokens_per_example * 16
    assert min(seconds) <= work / speed.parameters_per_second <= max(seconds)


def test_what_is_below_a_group_is_not_counted(runs, tmp_path):
    out = tmp_path / "x.landscape.h5"
    top = LayerGroup(name="high", layers=(2,))
    spec = CurveSpec(run=runs.first.path, points=9, examples=FEW)
    upper = spec.model_copy(update={"group": top})
    events = list(run_job(upper, out))
    (speed,) = told(events)
    seconds = [e.measurement.seconds for e in events if isinstance(e, PointMeasured)]
    outline = describe_run(runs.first.path, None, None)
    whole = outline.multiplied * speed.tokens_per_example * 16
    work = speed.parameters_per_second * statistics.median(seconds[:5])
    # One layer of three; of the last, keys and values are computed of every token, and no more.
    size = 32
    share = 2 * (size * size + size) / (8 * size * size + 11 * size)
    assert outline.layer_count == 3
    assert work / whole == pytest.approx(share / (2 + share), rel=1e-3)


def test_closing_a_job_closes_its_file(runs, tmp_path):
    out = tmp_path / "x.landscape.h5"
    job = run_job(CurveSpec(run=runs.first.path, points=9, examples=FEW), out)
    for event in job:
        if isinstance(event, PointMeasured):
            break
    job.close()
    again = list(run_job(CurveSpec(run=runs.first.path, points=9, examples=FEW), out))
    assert sum(isinstance(event, PointMeasured) for event in again) == 8


def test_a_description_tells_the_size_of_the_model(runs):
    found = describe_run(runs.first.path, None, None)
    from support.plain_evaluation import load

    model = load(runs.first.checkpoints[-1].path)
    assert found.parameters == sum(p.numel() for p in model.parameters())
    embeddings = sum(p.numel() for p in model.bert.embeddings.parameters())
    assert found.multiplied == found.parameters - embeddings
