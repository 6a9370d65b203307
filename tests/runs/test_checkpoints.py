import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from support.tiny_models import (
    WORDS,
    make_tiny_model,
    make_tiny_run,
    make_tiny_task,
    make_tiny_tokenizer,
)

from landscape_gui.runs.checkpoints import (
    check_same_start,
    load_model,
    moving_names,
    open_run,
    read_parameters,
    weights_sha256,
)
from landscape_gui.specs import UserError

FAMILIES = ["bert", "roberta", "electra", "distilbert", "deberta-v2", "modernbert", "gpt2"]


def names_of(run):
    return moving_names(run, load_model(run))


@pytest.mark.parametrize("family", FAMILIES)
def test_all_of_the_encoder_moves_and_nothing_of_the_head(tmp_path, family):
    model = make_tiny_model(tmp_path / "model", family=family, layers=2)
    task = make_tiny_task(tmp_path / "task", n_train=16, n_dev=16)
    run = make_tiny_run(tmp_path / "run", model, task, epochs=1)
    module = load_model(run)
    assert not module.training
    assert {p.dtype for p in module.parameters()} == {torch.float32}
    names = moving_names(run, module)
    encoder = {id(p) for p in module.base_model.parameters()}
    assert {id(module.get_parameter(name)) for name in names} == encoder
    assert names == tuple(n for n, _ in module.named_parameters() if n in set(names))
    # θ1 as read by name is θ1 as loaded; θ0 is the pre-trained model itself.
    end, start = read_parameters(run, -1, names), read_parameters(run, 0, names)
    single = read_parameters(open_run(run.checkpoints[-1].path, model), 0, names)
    for name in names:
        assert torch.equal(end[name], module.get_parameter(name))
        assert torch.equal(start[name], single[name])
    assert any(not torch.equal(start[name], end[name]) for name in names)


def test_the_pooler_moves_where_it_is_pretrained_and_from_scratch(runs, tmp_path):
    assert "bert.pooler.dense.weight" in names_of(runs.first)
    assert "bert.pooler.dense.weight" in names_of(runs.scratch)
    model = make_tiny_model(tmp_path / "mlm", kind="masked_lm")
    task = make_tiny_task(tmp_path / "task", n_train=16, n_dev=16)
    run = make_tiny_run(tmp_path / "run", model, task, epochs=1)
    assert "bert.pooler.dense.weight" in run.newly_initialised
    assert not any("pooler" in name for name in names_of(run))
    scratch = make_tiny_run(tmp_path / "scratch", model, task, epochs=1, init="scratch")
    assert "bert.pooler.dense.weight" in names_of(scratch)


def test_parameters_come_in_float32_whatever_they_were_saved_in(runs, tmp_path):
    end = shutil.copytree(runs.first.checkpoints[-1].path, tmp_path / "end")
    state = load_file(end / "model.safetensors")
    save_file({k: v.half() for k, v in state.items()}, end / "model.safetensors", {"format": "pt"})
    run = open_run(end, runs.model)
    names = names_of(run)
    found = read_parameters(run, -1, names)
    for name in names:
        assert found[name].dtype == torch.float32
        assert torch.equal(found[name], state[name].half().float())
    assert {p.dtype for p in load_model(run).parameters()} == {torch.float32}


@pytest.mark.parametrize("layout", ["bin", "shards", "oldest"])
def test_other_layouts_read_the_same(runs, tmp_path, layout):
    end = shutil.copytree(runs.first.checkpoints[-1].path, tmp_path / "end")
    state = load_file(end / "model.safetensors")
    (end / "model.safetensors").unlink()
    if layout == "shards":
        from transformers import AutoModelForSequenceClassification

        model = AutoModelForSequenceClassification.from_pretrained(runs.first.checkpoints[-1].path)
        model.save_pretrained(end, max_shard_size="20KB")
        assert len(list(end.glob("model-*.safetensors"))) > 1
    else:
        old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
        if layout == "oldest":
            for new, before in old.items():
                state = {name.replace(new, before): value for name, value in state.items()}
        torch.save(state, end / "pytorch_model.bin")
    run = open_run(end, runs.model)
    names = names_of(run)
    expected, found = read_parameters(runs.first, -1, names), read_parameters(run, -1, names)
    module = load_model(run)
    assert names == names_of(runs.first)
    for name in names:
        assert torch.equal(expected[name], found[name])
        assert torch.equal(module.get_parameter(name), expected[name])


def test_the_hash_is_of_the_weights_alone(runs, tmp_path):
    end = runs.first.checkpoints[-1].path
    copy = shutil.copytree(end, tmp_path / "copy")
    (copy / "trainer_state.json").unlink()
    assert weights_sha256(copy) == weights_sha256(end)
    assert weights_sha256(copy) != weights_sha256(runs.first.checkpoints[1].path)


def test_runs_from_one_start_point_share_it(runs):
    names = names_of(runs.first)
    check_same_start(runs.first, runs.second, names)
    foreign = open_run(runs.second.checkpoints[-1].path, runs.model)
    check_same_start(runs.first, foreign, names)


def test_another_start_point_is_refused(runs, tmp_path):
    names = names_of(runs.first)
    with pytest.raises(UserError, match="do not start from the same point"):
        check_same_start(runs.first, runs.scratch, names)
    model = make_tiny_model(tmp_path / "nearly")
    state = load_file(model / "model.safetensors")
    state["pooler.dense.bias"][3] += 1e-6
    save_file(state, model / "model.safetensors", {"format": "pt"})
    other = open_run(runs.second.checkpoints[-1].path, model)
    with pytest.raises(UserError, match=r"bert\.pooler\.dense\.bias differs"):
        check_same_start(runs.first, other, names)


def test_another_architecture_or_size_is_refused(runs, tmp_path):
    names = names_of(runs.first)
    task = make_tiny_task(tmp_path / "task", n_train=16, n_dev=16)
    for family, hidden, message in [
        ("electra", 32, "different models: bert and electra"),
        ("bert", 48, "different sizes"),
    ]:
        model = make_tiny_model(tmp_path / f"{family}{hidden}", family=family, hidden=hidden)
        other = make_tiny_run(tmp_path / f"run-{family}{hidden}", model, task, epochs=1)
        with pytest.raises(UserError, match=message):
            check_same_start(runs.first, other, names)


def test_another_vocabulary_is_refused(runs, tmp_path):
    path = shutil.copytree(runs.second.path, tmp_path / "other")
    for checkpoint in path.glob("checkpoint-*"):
        make_tiny_tokenizer(checkpoint, WORDS[::-1])
    with pytest.raises(UserError, match="different tokenizers"):
        check_same_start(runs.first, open_run(path), names_of(runs.first))


def test_a_missing_parameter_is_named(runs, tmp_path):
    path = shutil.copytree(runs.first.path, tmp_path / "run")
    run = open_run(path)
    names = names_of(run)
    middle = run.checkpoints[1].path / "model.safetensors"
    state = load_file(middle)
    del state["bert.encoder.layer.1.output.dense.bias"]
    save_file(state, middle, {"format": "pt"})
    with pytest.raises(UserError, match=r"does not hold .*layer\.1\.output\.dense\.bias"):
        read_parameters(run, 1, names)


def test_models_with_code_of_their_own_are_not_run(runs, tmp_path):
    end = shutil.copytree(runs.first.checkpoints[-1].path, tmp_path / "end")
    config = json.loads((end / "config.json").read_text())
    config |= {
        "model_type": "mine",
        "auto_map": {
            "AutoConfig": "code.MyConfig",
            "AutoModelForSequenceClassification": "code.MyModel",
        },
    }
    (end / "config.json").write_text(json.dumps(config))
    marker = tmp_path / "ran"
    (end / "code.py").write_text(f"open({str(marker)!r}, 'w')\n")
    with pytest.raises(UserError):
        open_run(end, runs.model)
    assert not marker.exists()


def test_loading_prints_nothing(runs, capfd):
    run = open_run(runs.first.checkpoints[-1].path, runs.model)
    names_of(run)
    read_parameters(run, 0, names_of(run))
    assert capfd.readouterr() == ("", "")
