import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.runs.layer_groups import (
    default_groups,
    group_names,
    is_embedding,
    is_pooler,
    layer_count,
    layer_of,
    parse_group,
)
from landscape_gui.specs import UserError

NAMES = (
    "bert.embeddings.word_embeddings.weight",
    "bert.encoder.layer.0.attention.self.query.weight",
    "bert.encoder.layer.1.output.dense.bias",
    "bert.encoder.layer.2.output.LayerNorm.weight",
    "bert.pooler.dense.weight",
)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("bert.encoder.layer.11.output.dense.weight", 11),
        ("roberta.encoder.layer.3.attention.self.key.bias", 3),
        ("electra.embeddings_project.weight", None),
        ("distilbert.transformer.layer.5.ffn.lin1.weight", 5),
        ("deberta.encoder.rel_embeddings.weight", None),
        ("model.layers.21.mlp.Wo.weight", 21),
        ("transformer.h.7.attn.c_proj.weight", 7),
        ("encoder.block.4.layer.0.SelfAttention.q.weight", 4),
        ("bert.pooler.dense.weight", None),
        ("encoder.layer.2.output.dense.weight", 2),
    ],
)
def test_layer_of_knows_the_common_architectures(name, layer):
    assert layer_of(name) == layer


def test_real_parameter_names_fall_into_layers_embeddings_and_pooler():
    assert layer_count(NAMES) == 3
    kinds = [(layer_of(n) is not None, is_embedding(n), is_pooler(n)) for n in NAMES]
    assert all(sum(kind) == 1 for kind in kinds)
    assert is_embedding(NAMES[0])
    assert is_pooler(NAMES[-1])


def test_large_bert_is_split_as_in_the_paper():
    assert [(g.name, g.layers) for g in default_groups(24)] == [
        ("low", tuple(range(8))),
        ("middle", tuple(range(8, 16))),
        ("high", tuple(range(16, 24))),
    ]


@given(st.integers(1, 200))
def test_default_groups_cover_every_layer_once_and_evenly(layers):
    groups = default_groups(layers)
    assert [i for g in groups for i in g.layers] == list(range(layers))
    sizes = [len(g.layers) for g in groups]
    assert max(sizes) - min(sizes) <= 1
    assert not any(g.embeddings or g.pooler for g in groups)


def test_no_layers_is_an_error():
    with pytest.raises(UserError, match="No transformer layers"):
        default_groups(0)


@pytest.mark.parametrize(
    ("text", "name", "layers"),
    [
        ("low", "low", (0, 1, 2, 3)),
        ("0-3", "0-3", (0, 1, 2, 3)),
        ("0,2-4", "0+2-4", (0, 2, 3, 4)),
        ("0+2-4", "0+2-4", (0, 2, 3, 4)),
        ("4,3,3", "3-4", (3, 4)),
        ("11", "11", (11,)),
    ],
)
def test_groups_are_parsed_from_names_and_ranges(text, name, layers):
    group = parse_group(text, 12)
    assert (group.name, group.layers) == (name, layers)


@given(st.sets(st.integers(0, 30), min_size=1))
def test_a_parsed_group_reads_its_own_name_back(layers):
    text = ",".join(map(str, layers))
    group = parse_group(text, 31)
    assert set(group.layers) == layers
    assert parse_group(group.name, 31) == group


@pytest.mark.parametrize("text", ["", "lower", "0-", "-1", "3-1", "12", "0-12", "a,b", "1.5"])
def test_unknown_groups_say_what_there_is(text):
    with pytest.raises(UserError) as caught:
        parse_group(text, 12)
    assert "low, middle, high, embeddings, pooler, all" in caught.value.hint
    assert "0-11" in caught.value.hint


def test_group_names_keeps_the_order_and_only_the_members():
    assert group_names(NAMES, parse_group("0,2", 3)) == (NAMES[1], NAMES[3])
    assert group_names(NAMES, parse_group("embeddings", 3)) == (NAMES[0],)
    assert group_names(NAMES, parse_group("pooler", 3)) == (NAMES[4],)
    assert group_names(NAMES, parse_group("all", 3)) == NAMES


def test_a_group_without_members_is_an_error():
    with pytest.raises(UserError, match="pooler has no parameters"):
        group_names(NAMES[:-1], parse_group("pooler", 3))
    with pytest.raises(UserError, match="names layer 5"):
        group_names(NAMES, parse_group("5", 12))
