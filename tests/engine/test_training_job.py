import threading

import pytest
from support.tiny_models import tiny_train_spec

from landscape_gui.engine.events import Done, RunReady, TrainingProgress
from landscape_gui.engine.jobs import run_job
from landscape_gui.runs.checkpoints import open_run
from landscape_gui.specs import UserError


def spec_of(runs, path, epochs=2):
    return tiny_train_spec(path, runs.model, runs.first.task, epochs)


def test_training_tells_its_progress_and_its_end(runs, tmp_path):
    events = list(run_job(spec_of(runs, tmp_path / "run"), None))
    progress = [e for e in events if isinstance(e, TrainingProgress)]
    evaluated = [e for e in progress if e.dev_loss is not None]
    assert [e.epoch for e in evaluated] == [0.0, 1.0, 2.0]
    assert evaluated[-1].step == evaluated[-1].total_steps
    assert events[-2:] == [RunReady(tmp_path / "run"), Done("complete")]
    assert len(open_run(tmp_path / "run").checkpoints) == 3


def test_a_finished_run_is_found_at_once(runs, tmp_path):
    spec = spec_of(runs, tmp_path / "run", epochs=1)
    list(run_job(spec, None))
    assert not [e for e in run_job(spec, None) if isinstance(e, TrainingProgress)]


def test_closing_stops_the_training_and_it_goes_on_later(runs, tmp_path):
    before = threading.active_count()
    spec = spec_of(runs, tmp_path / "run", epochs=3)
    job = run_job(spec, None)
    for event in job:
        if isinstance(event, TrainingProgress) and event.epoch > 1:
            job.close()
    assert threading.active_count() == before
    assert len(open_run(tmp_path / "run").checkpoints) < 4
    list(run_job(spec, None))
    assert len(open_run(tmp_path / "run").checkpoints) == 4


def test_errors_come_out_of_the_generator(runs, tmp_path):
    spec = spec_of(runs, tmp_path / "run").model_copy(update={"model": str(tmp_path / "none")})
    with pytest.raises(UserError, match="none"):
        list(run_job(spec, None))
