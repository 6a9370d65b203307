"""Batches: every example once, within the budget, and almost no padding."""

import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tiny_models import make_tiny_tokenizer

from landscape_gui.engine.packing import cuts, pack
from landscape_gui.runs.tasks import TokenizedExamples, load_texts, tokenize
from landscape_gui.specs import TaskSpec

CPU = torch.device("cpu")
BUDGETS = (512, 1024, 2048, 4096)


def examples_of(lengths, types=False):
    random = np.random.default_rng(0)
    ids = tuple(random.integers(1, 50, size=n) for n in lengths)
    pairs = tuple(np.arange(n) % 2 for n in lengths) if types else None
    return TokenizedExamples(ids, pairs, random.integers(0, 2, size=len(ids)))


def padding(batches, data):
    padded = sum(batch.inputs["input_ids"].numel() for batch in batches)
    return padded / sum(len(ids) for ids in data.input_ids)


lengths_lists = st.lists(st.integers(1, 40), min_size=1, max_size=40)


@given(lengths_lists, st.integers(1, 300), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_rows_are_the_examples_that_they_say(lengths, budget, types, masks):
    data = examples_of(lengths, types)
    batches = pack(data, budget, 0, CPU, masks=masks)
    assert sorted(np.concatenate([b.examples for b in batches])) == list(range(len(lengths)))
    for batch in batches:
        rows, width = batch.inputs["input_ids"].shape
        assert rows == 1 or rows * width <= budget
        mask = batch.inputs.get("attention_mask")
        if mask is None:
            assert not masks
            mask = torch.ones(rows, width, dtype=torch.long)
        elif not masks:
            assert not mask.all()
        assert batch.labels.tolist() == data.labels[batch.examples].tolist()
        for row, k in enumerate(batch.examples):
            n = lengths[k]
            assert mask[row].tolist() == [1] * n + [0] * (width - n)
            assert batch.inputs["input_ids"][row, :n].tolist() == data.input_ids[k].tolist()
            if types:
                assert batch.inputs["token_type_ids"][row, :n].tolist() == [*data.token_type_ids[k]]


def test_some_examples_in_any_order_and_twice():
    data = examples_of([3, 9, 4, 7])
    batches = pack(data, 100, 0, CPU, [3, 0, 3])
    assert sorted(np.concatenate([b.examples for b in batches])) == [0, 3, 3]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=9), st.integers(1, 40))
@settings(max_examples=60)
def test_no_other_cutting_costs_less(lengths, budget):
    lengths, cost = np.sort(np.array(lengths)), 5

    def price(places):
        total = 0
        for first, last in places:
            tokens = (last - first) * lengths[last - 1]
            if last - first > 1 and tokens > budget:
                return np.inf
            total += tokens + cost
        return total

    inner = range(1, len(lengths))
    every = [
        list(zip((0, *chosen), (*chosen, len(lengths)), strict=True))
        for count in range(len(lengths))
        for chosen in combinations(inner, count)
    ]
    assert price(cuts(lengths, budget, cost)) == min(map(price, every))


# How many of 1,000 examples have how many tokens, in steps of four: like MRPC's pairs.
_MRPC_LIKE = dict(
    zip(
        range(22, 102, 4),
        [4, 12, 25, 42, 60, 75, 88, 95, 98, 95, 88, 78, 66, 54, 42, 32, 22, 14, 7, 3],
        strict=True,
    )
)


@pytest.mark.parametrize("budget", BUDGETS)
def test_padding_of_a_thousand_pairs_is_at_most_three_percent(budget):
    random = np.random.default_rng(1)
    lengths = np.repeat(list(_MRPC_LIKE), list(_MRPC_LIKE.values()))
    data = examples_of(lengths + random.integers(0, 4, size=len(lengths)))
    assert len(data.labels) == 1000
    assert padding(pack(data, budget, 0, CPU), data) <= 1.03


@pytest.mark.glue
@pytest.mark.parametrize("budget", BUDGETS)
def test_padding_of_real_pairs_is_at_most_three_percent(glue_dir, tmp_path, budget):
    texts = load_texts(TaskSpec(name="mrpc", data=glue_dir / "mrpc"), "train")
    model = os.environ.get("LANDSCAPE_TOKENIZER")
    if model is None:
        # Words instead of word pieces: about as many, and no download.
        words = {w.lower() for column in texts.texts for text in column for w in text.split()}
        make_tiny_tokenizer(tmp_path, tuple(sorted(words)))
    data = tokenize(texts, Path(model) if model else tmp_path, 128)
    data = TokenizedExamples(data.input_ids[:1000], None, data.labels[:1000])
    assert padding(pack(data, budget, 0, CPU), data) <= 1.03
