import json

import pytest
import torch
from support.tiny_models import make_tiny_model

from landscape_gui.runs.start_point import build_start_point
from landscape_gui.specs import UserError

FAMILIES = ["bert", "roberta", "electra", "distilbert", "deberta-v2", "modernbert", "gpt2"]


def encoder(point):
    prefix = point.model.base_model_prefix + "."
    return {n: p for n, p in point.model.named_parameters() if n.startswith(prefix)}


def equal(one, two):
    return one.keys() == two.keys() and all(torch.equal(one[n], two[n]) for n in one)


@pytest.mark.parametrize("family", FAMILIES)
def test_from_scratch_the_encoder_depends_on_the_seed_alone(tmp_path, family):
    model = make_tiny_model(tmp_path, family=family)
    two = build_start_point(model, "scratch", 7, ("a", "b"))
    torch.rand(3)
    three = build_start_point(model, "scratch", 7, ("a", "b", "c"))
    assert equal(encoder(two), encoder(three))
    other = build_start_point(model, "scratch", 8, ("a", "b"))
    assert not equal(encoder(two), encoder(other))


@pytest.mark.parametrize("family", FAMILIES)
def test_pretrained_weights_are_kept_and_the_head_follows_the_seed(tmp_path, family):
    from transformers import AutoModel

    model = make_tiny_model(tmp_path, family=family)
    base = AutoModel.from_pretrained(model).state_dict()
    one = build_start_point(model, "pretrained", 1, ("a", "b"))
    two = build_start_point(model, "pretrained", 1, ("a", "b"))
    prefix = one.model.base_model_prefix + "."
    for name, value in encoder(one).items():
        assert torch.equal(value, base[name.removeprefix(prefix)])
    everything = dict(one.model.named_parameters())
    assert equal(everything, dict(two.model.named_parameters()))
    other = dict(build_start_point(model, "pretrained", 2, ("a", "b")).model.named_parameters())
    assert any(not torch.equal(everything[n], other[n]) for n in one.newly_initialised)
    assert set(one.newly_initialised) == everything.keys() - encoder(one).keys()


def test_the_pooler_of_a_masked_language_model_is_new(tmp_path):
    model = make_tiny_model(tmp_path, kind="masked_lm")
    point = build_start_point(model, "pretrained", 0, ("a", "b"))
    assert "bert.pooler.dense.weight" in point.newly_initialised
    scratch = build_start_point(model, "scratch", 0, ("a", "b"))
    assert "bert.pooler.dense.weight" not in scratch.newly_initialised


def test_building_leaves_the_global_random_numbers_alone(tmp_path):
    model = make_tiny_model(tmp_path)
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    build_start_point(model, "scratch", 0, ("a", "b"))
    build_start_point(model, "pretrained", 0, ("a", "b"))
    assert torch.equal(torch.rand(4), expected)


def test_a_half_precision_configuration_gives_the_same_float32_start(tmp_path):
    full = make_tiny_model(tmp_path / "full")
    half = make_tiny_model(tmp_path / "half")
    config = json.loads((half / "config.json").read_text())
    config["dtype"] = config["torch_dtype"] = "bfloat16"
    (half / "config.json").write_text(json.dumps(config))
    one = build_start_point(full, "scratch", 0, ("a", "b"))
    two = build_start_point(half, "scratch", 0, ("a", "b"))
    assert equal(encoder(one), encoder(two))
    assert {p.dtype for p in two.model.parameters()} == {torch.float32}


def test_a_head_of_another_size_is_made_anew(tmp_path):
    model = make_tiny_model(tmp_path, kind="classifier", labels=2)
    point = build_start_point(model, "pretrained", 0, ("a", "b", "c"))
    assert point.model.classifier.weight.shape[0] == 3
    assert point.model.config.id2label == {0: "a", 1: "b", 2: "c"}


def test_weights_of_another_model_are_refused(tmp_path):
    small, large = make_tiny_model(tmp_path / "s", layers=2), make_tiny_model(tmp_path / "l")
    (small / "config.json").write_text((large / "config.json").read_text())
    with pytest.raises(UserError, match=r"lacks e\.g\. bert.encoder\.layer\.2"):
        build_start_point(small, "pretrained", 0, ("a", "b"))
    wide = make_tiny_model(tmp_path / "w", hidden=48)
    (wide / "config.json").write_text((large / "config.json").read_text())
    with pytest.raises(UserError, match="shape"):
        build_start_point(wide, "pretrained", 0, ("a", "b"))
