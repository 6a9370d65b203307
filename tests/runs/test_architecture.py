import json
import subprocess
import sys

import pytest
import transformers.utils.logging as log
from support.tiny_models import make_tiny_model, tiny_config

from landscape_gui.runs.architecture import (
    load_classifier,
    load_tokenizer,
    quiet,
    read_config,
    skeleton,
)
from landscape_gui.specs import UserError


@pytest.mark.parametrize(
    "family", ["bert", "roberta", "electra", "distilbert", "deberta-v2", "modernbert", "gpt2"]
)
def test_a_skeleton_is_the_classifier_without_its_weights(tmp_path, family):
    path = make_tiny_model(tmp_path, family=family, labels=3)
    frame = skeleton(path)
    model, lacking = load_classifier(path)
    parameters = {name: tuple(value.shape) for name, value in model.named_parameters()}
    assert list(frame.shapes.items()) == list(parameters.items())
    assert set(frame.head) == lacking
    assert set(frame.encoder) | set(frame.head) == parameters.keys()
    assert frame.labels == ("LABEL_0", "LABEL_1", "LABEL_2")
    expected = {"bert": 2, "roberta": 2, "electra": 2}
    assert frame.takes_token_types == (family in expected)


def test_roberta_counts_its_positions_from_behind_the_padding(tmp_path):
    assert skeleton(make_tiny_model(tmp_path / "bert")).max_positions == 66
    roberta = make_tiny_model(tmp_path / "roberta", family="roberta")
    assert skeleton(roberta).max_positions == 65
    config = tiny_config("roberta")
    config.pad_token_id = 1
    config.save_pretrained(tmp_path / "roberta")
    assert skeleton(roberta).max_positions == 64


def test_what_is_no_model_is_said_to_be_none(tmp_path):
    with pytest.raises(UserError, match=r"holds no config\.json"):
        read_config(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        skeleton(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(UserError, match="cannot classify text"):
        skeleton(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UserError, match="cannot be loaded"):
        load_tokenizer(tmp_path)


def test_quiet_puts_back_what_it_found():
    def fail():
        with quiet():
            assert not log.is_progress_bar_enabled()
            raise RuntimeError

    before = log.get_verbosity(), log.is_progress_bar_enabled()
    with pytest.raises(RuntimeError):
        fail()
    assert (log.get_verbosity(), log.is_progress_bar_enabled()) == before


def test_opening_the_room_imports_no_torch():
    code = (
        "import sys, landscape_gui.runs.checkpoints, landscape_gui.runs.tasks, "
        "landscape_gui.runs.training, landscape_gui.runs.layer_groups; "
        "print([m for m in ('torch', 'transformers', 'datasets', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_act": "nope"},
        {"hidden_size": 0},
        {"vocab_size": -1},
        {"num_hidden_layers": 200_000},
        {"num_labels": 10**9},
        {"id2label": {"7": "x"}},
    ],
)
def test_an_odd_configuration_is_refused_at_once(tmp_path, change):
    path = make_tiny_model(tmp_path)
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(UserError, match="cannot be used"):
        skeleton(path)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff\xfe{}", b"1" * 10_000])
def test_what_no_parser_reads_is_said_in_words(tmp_path, content):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(UserError, match="cannot be read"):
        read_config(tmp_path)
