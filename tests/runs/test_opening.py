import json
import shutil

import numpy as np
import pytest
import torch
from support.tiny_models import make_tiny_model

from landscape_gui.runs.checkpoints import (
    adopt,
    describe,
    load_model,
    moving_names,
    open_run,
    read_parameters,
)
from landscape_gui.specs import UserError


def trainer_output(run, path, start=False, final=None):
    """A run of ours as the Trainer would have left it."""
    path.mkdir()
    for checkpoint in run.checkpoints[0 if start else 1 :]:
        shutil.copytree(checkpoint.path, path / checkpoint.path.name)
    if final is not None:
        for file in run.checkpoints[final].path.iterdir():
            shutil.copy(file, path)
    return path


def steps(run):
    return [checkpoint.step for checkpoint in run.checkpoints]


def test_our_own_run_opens_as_it_was_trained(runs):
    run = open_run(runs.first.path)
    assert run.checkpoints == runs.first.checkpoints
    assert run.newly_initialised == runs.first.newly_initialised
    assert steps(run) == [0, 4, 8, 12]
    assert run.task is not None
    assert run.task.labels == ("0", "1")
    assert run.details["spec"]["seed"] == 0
    assert json.dumps(run.details)
    assert open_run(runs.scratch.path).init == "scratch"


def test_a_checkpoint_that_was_not_completed_is_ignored(runs, tmp_path):
    path = shutil.copytree(runs.first.path, tmp_path / "run")
    (path / "checkpoint-16").mkdir()
    run = open_run(path)
    assert steps(run) == [0, 4, 8, 12]
    assert run.details["ignored"] == ["checkpoint-16: not completed"]


def test_a_trainers_output_opens_with_its_base(runs, tmp_path):
    path = trainer_output(runs.first, tmp_path / "out")
    run = open_run(path, runs.model)
    assert steps(run) == [0, 4, 8, 12]
    assert run.checkpoints[0].path == runs.model
    assert [c.epoch for c in run.checkpoints] == [0, 1, 2, 3]
    assert run.newly_initialised == runs.first.newly_initialised
    assert run.task is None
    model, ours = load_model(run), load_model(runs.first)
    names = moving_names(run, model)
    assert names == moving_names(runs.first, ours)
    for index in (0, -1):
        mine, theirs = read_parameters(runs.first, index, names), read_parameters(run, index, names)
        assert all(torch.equal(mine[name], theirs[name]) for name in names)


def test_without_a_base_the_start_point_is_missed(runs, tmp_path):
    path = trainer_output(runs.first, tmp_path / "out")
    with pytest.raises(UserError, match="θ0") as caught:
        open_run(path)
    assert "--base" in caught.value.hint
    assert steps(open_run(trainer_output(runs.first, tmp_path / "with", start=True)))[0] == 0


def test_the_final_model_is_a_checkpoint_only_if_it_is_new(runs, tmp_path):
    again = open_run(trainer_output(runs.first, tmp_path / "again", final=-1), runs.model)
    assert steps(again) == [0, 4, 8, 12]
    best = open_run(trainer_output(runs.first, tmp_path / "best", final=1), runs.model)
    assert steps(best) == [0, 4, 8, 12]
    path = trainer_output(runs.first, tmp_path / "last", final=-1)
    shutil.rmtree(path / "checkpoint-12")
    last = open_run(path, runs.model)
    assert steps(last) == [0, 4, 8, 12]
    assert last.checkpoints[-1].path == path


@pytest.mark.parametrize("damage", ["none", "half"])
def test_an_interrupted_checkpoint_is_left_out_and_said(runs, tmp_path, damage):
    path = trainer_output(runs.first, tmp_path / "out")
    weights = path / "checkpoint-12" / "model.safetensors"
    if damage == "half":
        weights.write_bytes(weights.read_bytes()[:5000])
    else:
        weights.unlink()
    run = open_run(path, runs.model)
    assert steps(run) == [0, 4, 8]
    assert "checkpoint-12" in run.details["ignored"][0]


def test_the_trainers_log_becomes_the_history(runs, tmp_path):
    path = trainer_output(runs.first, tmp_path / "out")
    state = {
        "global_step": 12,
        "epoch": 3.0,
        "log_history": [
            {"step": 4, "epoch": 1.0, "loss": 0.7},
            {"step": 4, "epoch": 1.0, "eval_loss": 0.6, "eval_accuracy": 0.75},
            {"step": 12, "epoch": 3.0, "loss": 0.5},
            {"step": 12, "epoch": 3.0, "train_runtime": 3.0},
            "nonsense",
        ],
    }
    (path / "checkpoint-12" / "trainer_state.json").write_text(json.dumps(state))
    history = open_run(path, runs.model).history
    assert history.step.tolist() == [4, 12]
    np.testing.assert_allclose(history.train_loss, [0.7, 0.5])
    np.testing.assert_allclose(history.dev_error, [0.25, np.nan])


def test_a_single_fine_tuned_model_opens_with_its_base(runs):
    end = runs.first.checkpoints[-1].path
    run = open_run(end, runs.model)
    assert [c.path for c in run.checkpoints] == [runs.model, end]
    assert run.name == "run-first-checkpoint-12"
    assert run.init == "pretrained"


def test_an_adopted_run_refers_to_its_checkpoints(runs, tmp_path):
    ends = [c.path for c in runs.first.checkpoints[1:]]
    made = adopt(ends, runs.model, runs.first.task, tmp_path / "adopted")
    assert [p.name for p in (tmp_path / "adopted").iterdir()] == ["run.json"]
    run = open_run(tmp_path / "adopted")
    assert run.checkpoints == made.checkpoints
    assert [c.path for c in run.checkpoints] == [runs.model, *ends]
    assert run.task == runs.first.task
    assert run.newly_initialised == runs.first.newly_initialised
    assert run.details["tokenizer"]
    with pytest.raises(UserError, match="not empty"):
        adopt(ends, runs.model, None, tmp_path / "adopted")


def test_adopting_what_does_not_fit_leaves_nothing(runs, tmp_path):
    wide = make_tiny_model(tmp_path / "wide", hidden=48, kind="classifier")
    with pytest.raises(UserError, match="shape"):
        adopt([wide, runs.first.checkpoints[-1].path], runs.model, None, tmp_path / "adopted")
    with pytest.raises(UserError, match="no checkpoints"):
        adopt([], runs.model, None, tmp_path / "adopted")
    assert not (tmp_path / "adopted").exists()


def test_an_end_without_a_head_is_refused(runs, tmp_path):
    other = make_tiny_model(tmp_path / "plain", seed=3)
    with pytest.raises(UserError, match=r"lacks classifier\.bias, classifier\.weight"):
        open_run(other, runs.model)


def test_a_base_of_another_kind_or_size_is_refused(runs, tmp_path):
    end = runs.first.checkpoints[-1].path
    electra = make_tiny_model(tmp_path / "electra", family="electra")
    with pytest.raises(UserError, match=r"another architecture \(electra\)"):
        open_run(end, electra)
    wide = make_tiny_model(tmp_path / "wide", hidden=48)
    with pytest.raises(UserError, match=r"Parameter bert\..* has shape"):
        open_run(end, wide)
    shallow = make_tiny_model(tmp_path / "shallow", layers=2)
    with pytest.raises(UserError, match=r"lacks encoder parameters .*layer\.2"):
        open_run(end, shallow)


def test_a_base_without_a_pooler_makes_the_pooler_new(runs, tmp_path):
    base = make_tiny_model(tmp_path / "mlm", kind="masked_lm")
    run = open_run(runs.first.checkpoints[-1].path, base)
    assert "bert.pooler.dense.weight" in run.newly_initialised
    names = moving_names(run, load_model(run))
    assert not any("pooler" in name for name in names)
    assert read_parameters(run, 0, names).keys() == set(names)


def test_what_is_no_run_is_said_to_be_none(tmp_path):
    with pytest.raises(UserError, match="no directory"):
        open_run(tmp_path / "nowhere")
    with pytest.raises(UserError, match="not a training run"):
        open_run(tmp_path)
    (tmp_path / "checkpoint-3").mkdir()
    with pytest.raises(UserError, match=r"no complete checkpoint \(checkpoint-3: no weights"):
        open_run(tmp_path)


def test_describing_says_what_is_missing(runs, tmp_path):
    ours = describe(runs.first.path)
    assert (ours.layer_count, ours.checkpoints, ours.task) == (3, 4, "first")
    assert (ours.needs_base, ours.needs_task, ours.message) == (False, False, "")
    path = trainer_output(runs.first, tmp_path / "out")
    bare = describe(path)
    assert bare.needs_base
    assert bare.needs_task
    assert "name it" in bare.message
    assert (bare.layer_count, bare.name) == (3, "out")
    told = describe(path, runs.model, runs.first.task)
    assert (told.needs_base, told.needs_task, told.message) == (False, False, "")
    with pytest.raises(UserError):
        describe(tmp_path / "nowhere")


def test_classes_named_in_the_configuration_are_the_labels(runs, tmp_path):
    end = shutil.copytree(runs.first.checkpoints[-1].path, tmp_path / "end")
    config = json.loads((end / "config.json").read_text())
    config["id2label"] = {"0": "bad", "1": "good"}
    config["label2id"] = {"bad": 0, "good": 1}
    (end / "config.json").write_text(json.dumps(config))
    assert open_run(end, runs.model).labels == ("bad", "good")
