"""Word embeddings that no example looks up are not placed, and nothing shows of it."""

import numpy as np
import pytest
import torch
from support.tiny_models import tiny_config
from transformers import AutoModelForSequenceClassification

from landscape_gui.engine.objective import Objective
from landscape_gui.engine.used_rows import place_used_rows_only
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.runs.tasks import TokenizedExamples

CPU = torch.device("cpu")
PLACES = [(0.0, 0.0), (1.0, 0.0), (-3.3, 2.1), (0.4, -0.7), (1.0, 0.0)]


def model(seed, family="bert", vocabulary=200):
    torch.manual_seed(seed)
    config = tiny_config(family)
    config.vocab_size = vocabulary
    return AutoModelForSequenceClassification.from_config(config).eval()


def examples(low, high, count=12):
    random = np.random.default_rng(0)
    ids = tuple(random.integers(low, high, size=n).astype(np.int64) for n in range(3, 3 + count))
    return TokenizedExamples(ids, None, random.integers(0, 2, size=count).astype(np.int64))


def prepared(family="bert", directions="auto", high=40, module=None):
    module = module or model(1, family)
    start = {name: p.detach().clone() for name, p in model(0, family).named_parameters()}
    names = [name for name, _ in module.named_parameters() if not name.startswith("classifier")]
    weights = FlatWeights(
        module, names, lambda ns: {n: start[n] for n in ns}, CPU, directions=directions
    )
    weights.axis2 = torch.randn(weights.layout.size, generator=torch.Generator().manual_seed(2))
    objective = Objective(module, {"train": examples(5, high), "dev": examples(9, high)}, 0, CPU)
    return weights, objective


def measured(weights, objective):
    found = []
    for place in PLACES:
        weights.place(*place)
        found.append(objective.measure().values)
    return found


@pytest.mark.parametrize("family", ["bert", "roberta", "distilbert", "deberta-v2"])
def test_points_are_the_same_bit_for_bit(family):
    whole = measured(*prepared(family))
    weights, objective = prepared(family)
    assert place_used_rows_only(weights, objective) > 100
    assert measured(weights, objective) == whole


def test_used_rows_move_and_the_others_keep_still():
    weights, objective = prepared()
    count = place_used_rows_only(weights, objective)
    table = objective.module.get_input_embeddings().weight
    before = table.detach().clone()
    weights.place(0.3, 0.5)
    moved = (table != before).any(dim=1)
    used = np.unique(np.concatenate([[0], *examples(5, 40).input_ids, *examples(9, 40).input_ids]))
    assert np.flatnonzero(moved.numpy()).tolist() == [*used]
    assert count == len(table) - len(used)


def test_the_model_is_whole_again_afterwards():
    weights, objective = prepared()
    place_used_rows_only(weights, objective)
    with weights.displaced():
        weights.place(-2.0, 1.0)
    assert torch.equal(weights.working, weights.end)


def test_directions_in_host_memory_are_placed_whole():
    whole = measured(*prepared(directions="host"))
    weights, objective = prepared(directions="host")
    assert place_used_rows_only(weights, objective)
    assert measured(weights, objective) == whole


def test_a_vocabulary_that_is_used_is_placed():
    weights, objective = prepared(module=model(1, vocabulary=200), high=200)
    few = len(objective.vocabulary)
    assert few > 100
    assert place_used_rows_only(weights, objective) == 0


def test_a_table_that_something_else_reads_is_placed_whole():
    module = model(1)
    head = torch.nn.Linear(32, 2)
    table = module.get_input_embeddings()

    class Reads(torch.nn.Module):
        def forward(self, values):
            return torch.nn.functional.linear(values, head.weight) + table.weight.mean()

    module.classifier = Reads()
    weights, objective = prepared(module=module)
    end = weights.end.clone()
    assert place_used_rows_only(weights, objective) == 0
    assert torch.equal(weights.working, end)
    whole = [weights.place(0.5, 0.5), weights.working.clone()][1]
    assert torch.isfinite(whole).all()
