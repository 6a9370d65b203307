import json
import math

import numpy as np
import pytest

from landscape_gui.runs.run_file import (
    CheckpointEntry,
    HistoryRow,
    RunFile,
    read_run_file,
    to_history,
    write_run_file,
)
from landscape_gui.specs import TaskSpec, UserError

CONTENT = RunFile(
    kind="trained",
    status="training",
    model="m",
    init="pretrained",
    task=TaskSpec(name="rte"),
    labels=("a", "b"),
    checkpoints=(CheckpointEntry(path="checkpoint-0", step=0, epoch=0.0),),
    history=(
        HistoryRow(step=0, epoch=0.0, dev_loss=0.5),
        HistoryRow(step=4, epoch=1.0, train_loss=math.inf, dev_loss=math.nan, dev_error=0.25),
    ),
)


def test_a_run_of_a_task_that_named_a_class_twice_is_still_read(tmp_path):
    old = TaskSpec(name="rte").model_copy(update={"labels": ("x", "x")})
    write_run_file(tmp_path, CONTENT.model_copy(update={"task": old}))
    found = read_run_file(tmp_path)
    assert found is not None
    assert found.task == old


def test_what_is_written_is_read_back(tmp_path):
    write_run_file(tmp_path, CONTENT)
    found = read_run_file(tmp_path)
    assert found is not None
    assert found.model_dump(exclude={"history"}) == CONTENT.model_dump(exclude={"history"})
    last = found.history[1]
    assert last.train_loss == math.inf
    assert last.dev_loss is not None
    assert math.isnan(last.dev_loss)
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_it_is_strict_json(tmp_path):
    write_run_file(tmp_path, CONTENT)
    json.loads((tmp_path / "run.json").read_text(), parse_constant=pytest.fail)


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    write_run_file(tmp_path, CONTENT)
    before = (tmp_path / "run.json").read_bytes()

    def fail(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_run_file(tmp_path, CONTENT.model_copy(update={"status": "complete"}))
    assert (tmp_path / "run.json").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_files_that_are_not_ours_are_none(tmp_path):
    assert read_run_file(tmp_path) is None
    assert read_run_file(tmp_path / "nowhere") is None
    (tmp_path / "run.json").write_text('{"wandb": 1}')
    assert read_run_file(tmp_path) is None


def test_a_damaged_file_of_ours_is_said_to_be_so(tmp_path):
    write_run_file(tmp_path, CONTENT)
    path = tmp_path / "run.json"
    path.write_text(path.read_text()[:-40])
    with pytest.raises(UserError, match="damaged"):
        read_run_file(tmp_path)
    path.write_text(CONTENT.model_dump_json().replace('"step":4', '"step":"four"'))
    with pytest.raises(UserError, match=r"history\.1\.step"):
        read_run_file(tmp_path)
    path.write_text(CONTENT.model_copy(update={"format_version": 2}).model_dump_json())
    with pytest.raises(UserError, match="later version"):
        read_run_file(tmp_path)


def test_history_as_arrays_ascends_and_keeps_gaps():
    history = to_history(CONTENT.history[::-1])
    assert history.step.tolist() == [0, 4]
    assert np.isnan(history.train_loss[0])
    assert history.train_loss[1] == math.inf
    assert history.dev_loss[0] == 0.5
    assert history.dev_error.dtype == np.float64
    assert to_history(()).step.shape == (0,)


def test_a_file_nested_too_deeply_is_said_to_be_damaged(tmp_path):
    (tmp_path / "run.json").write_text("[" * 100_000)
    with pytest.raises(UserError, match="is damaged"):
        read_run_file(tmp_path)
