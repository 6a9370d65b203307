"""Examples in one row: what padded batches give, for every model that it is used with."""

import gc
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tiny_models import tiny_config
from transformers import AutoModelForSequenceClassification

from landscape_gui.engine.layer_stacks import layer_stacks
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.one_row import one_row_of
from landscape_gui.engine.packing import pack, pack_rows
from landscape_gui.runs.tasks import TokenizedExamples

CPU = torch.device("cpu")
IN_ROWS = ("bert", "roberta", "electra", "distilbert", "modernbert")
OTHERWISE = ("deberta-v2", "gpt2")


def classifier(family, **changes):
    torch.manual_seed(0)
    config = tiny_config(family)
    for name, value in changes.items():
        setattr(config, name, value)
    return AutoModelForSequenceClassification.from_config(config).eval()


def examples_of(lengths, types=False):
    random = np.random.default_rng(0)
    ids = tuple(random.integers(5, 15, size=n).astype(np.int64) for n in lengths)
    pairs = tuple((np.arange(n) > n // 2).astype(np.int64) for n in lengths) if types else None
    return TokenizedExamples(ids, pairs, random.integers(0, 2, size=len(ids)).astype(np.int64))


def one_by_one(module, data):
    """Logits from the plain module, one example at a time, without any padding."""
    found = []
    with torch.no_grad():
        for k, ids in enumerate(data.input_ids):
            inputs = {"input_ids": torch.from_numpy(ids)[None]}
            if data.token_type_ids is not None:
                inputs["token_type_ids"] = torch.from_numpy(data.token_type_ids[k])[None]
            found.append(module(**inputs).logits[0].double().numpy())
    return np.array(found)


def losses_one_by_one(module, data):
    logits, labels = torch.from_numpy(one_by_one(module, data)), torch.from_numpy(data.labels)
    return torch.nn.functional.cross_entropy(logits, labels, reduction="none").numpy()


def hooks_of(module):
    return [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in module.modules()]


LENGTHS = [3, 17, 9, 9, 30, 5, 17, 9, 24, 3, 12]


@pytest.mark.parametrize("budget", [1, 40, 100_000])
@pytest.mark.parametrize("family", IN_ROWS)
def test_losses_equal_one_example_at_a_time(family, budget):
    module, data = classifier(family), examples_of(LENGTHS, types=family in ("bert", "electra"))
    expected = losses_one_by_one(module, data)
    objective = Objective(module, {"dev": data}, 0, CPU, budget)
    batches = objective.batches()["dev"]
    assert all(batch.groups for batch in batches)
    assert sum(b.inputs["input_ids"].numel() for b in batches) == sum(LENGTHS)
    found = objective.evaluate()["dev"]
    assert found.losses == pytest.approx(expected, rel=1e-5, abs=1e-6)
    chosen = np.array([6, 2, 10])
    objective.select("few", {"dev": chosen})
    assert objective.evaluate("few")["dev"].losses == pytest.approx(
        expected[chosen], rel=1e-5, abs=1e-6
    )


@pytest.mark.parametrize("family", OTHERWISE)
def test_other_models_keep_padded_batches(family):
    module = classifier(family, use_cache=False)
    data = examples_of(LENGTHS)
    assert one_row_of(module, [data], 0, CPU) is None
    objective = Objective(module, {"dev": data}, 0, CPU)
    assert not any(batch.groups for batch in objective.batches()["dev"])


def test_local_attention_keeps_padded_batches():
    module = classifier(
        "modernbert", layer_types=["full_attention", "sliding_attention", "full_attention"]
    )
    assert one_row_of(module, [examples_of(LENGTHS)], 0, CPU) is None


def test_a_model_is_left_as_it_was():
    module, data = classifier("bert"), examples_of(LENGTHS)
    before = module.config._attn_implementation
    hooks = hooks_of(module)
    objective = Objective(module, {"dev": data}, 0, CPU)
    objective.measure()
    assert module.config._attn_implementation == before == "sdpa"
    assert hooks_of(module) == hooks
    ids = torch.from_numpy(data.input_ids[0])[None]
    with torch.no_grad():
        plain = module(input_ids=ids).logits
    assert torch.equal(plain, torch.from_numpy(one_by_one(module, data)[:1]).float())


def test_a_failure_inside_leaves_the_model_as_it_was():
    module, data = classifier("bert"), examples_of(LENGTHS)
    objective = Objective(module, {"dev": data}, 0, CPU)
    (handle,) = [
        module.classifier.register_forward_pre_hook(
            lambda *_: (_ for _ in ()).throw(ArithmeticError())
        )
    ]
    with pytest.raises(ArithmeticError):
        objective.measure()
    handle.remove()
    assert module.config._attn_implementation == "sdpa"
    assert not any(hooks_of(module))


def test_two_models_in_turn_attend_to_their_own_examples():
    one, other = classifier("bert"), classifier("roberta")
    short, long = examples_of([4, 6]), examples_of([20, 9, 11])
    first = Objective(one, {"dev": short}, 0, CPU)
    alone = first.evaluate()["dev"].losses
    second = Objective(other, {"dev": long}, 0, CPU)
    second.measure()
    assert np.array_equal(first.evaluate()["dev"].losses, alone)


class MeanHead(torch.nn.Module):
    """Needs to know which tokens are padding."""

    def __init__(self, size):
        super().__init__()
        self.out = torch.nn.Linear(size, 2)

    def forward(self, hidden, **_):
        return self.out(hidden.mean(dim=1))


def test_a_head_that_sees_padding_keeps_padded_batches():
    module = classifier("roberta")
    module.classifier = MeanHead(32)
    assert one_row_of(module, [examples_of(LENGTHS)], 0, CPU) is None


@pytest.mark.parametrize("alike", [[20] * 12, [20]])
def test_one_length_in_a_split_says_nothing_of_several_in_another(alike):
    """ModernBERT's mean reads what pads a short example beside a long one."""
    module = classifier("modernbert", classifier_pooling="mean")
    splits = {"train": examples_of(alike), "dev": examples_of([5, 9, 20, 14, 7, 8] * 4)}
    objective = Objective(module, splits, 0, CPU)
    for split, found in objective.evaluate().items():
        expected = losses_one_by_one(module, splits[split])
        assert found.losses == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("lengths", [[20] * 12, [2, 2], [20]])
def test_rows_of_several_lengths_are_tried_whatever_lengths_the_examples_have(lengths):
    module, data = classifier("roberta"), examples_of(lengths)
    assert one_row_of(module, [data], 0, CPU) is not None
    module.classifier = MeanHead(32)
    assert one_row_of(module, [data], 0, CPU) is None


def test_a_model_that_diverged_is_measured_as_not_a_number():
    module, data = classifier("bert"), examples_of(LENGTHS)
    torch.nn.init.constant_(module.classifier.weight, float("nan"))
    assert one_row_of(module, [data], 0, CPU) is None
    found = Objective(module, {"dev": data}, 0, CPU).measure()
    assert np.isnan(found.values["dev_loss"])
    assert found.values["dev_error"] == 1.0


def rows_of_last_products(module, last, data):
    """How many tokens each linear layer of the last layer computes, over all of the examples."""
    rows = {}
    handles = [
        part.register_forward_hook(
            lambda m, arguments, output, name=name: rows.update(
                {name: rows.get(name, 0) + arguments[0].shape[:-1].numel()}
            )
        )
        for name, part in last.named_modules()
        if isinstance(part, torch.nn.Linear)
    ]
    objective = Objective(module, {"dev": data}, 0, CPU, at_once=1)
    rows.clear()
    objective.measure()
    for handle in handles:
        handle.remove()
    return rows


@pytest.mark.parametrize(
    ("family", "key", "value"),
    [
        ("bert", "attention.self.key", "attention.self.value"),
        ("roberta", "attention.self.key", "attention.self.value"),
        ("electra", "attention.self.key", "attention.self.value"),
        ("distilbert", "attention.k_lin", "attention.v_lin"),
    ],
)
def test_the_last_layer_computes_only_what_the_head_looks_at(family, key, value):
    module, data = classifier(family), examples_of(LENGTHS)
    rows = rows_of_last_products(module, layer_stacks(module)[0][-1], data)
    assert rows.pop(key) == rows.pop(value) == sum(LENGTHS)
    assert len(rows) == 4  # queries, what attention gives, and two of the feed-forward part
    assert set(rows.values()) == {len(LENGTHS)}


def test_nothing_of_a_pass_is_kept_alive():
    """With gradients, what the last layer was given would hold all that it was computed from."""
    module, data = classifier("bert"), examples_of(LENGTHS)
    objective = Objective(module, {"dev": data}, 0, CPU)
    seen = []
    handle = layer_stacks(module)[0][-1].register_forward_pre_hook(
        lambda _, arguments: seen.append(weakref.ref(arguments[0]))
    )
    objective.plain(objective.batches()["dev"][0]).sum().backward()
    handle.remove()
    gc.collect()
    assert seen
    assert all(ref() is None for ref in seen)


def test_keys_that_are_made_of_something_else_than_the_input_are_computed_as_ever():
    """ModernBERT normalises first, and makes queries, keys and values by one product."""
    module, data = classifier("modernbert"), examples_of(LENGTHS)
    rows = rows_of_last_products(module, layer_stacks(module)[0][-1], data)
    assert set(rows.values()) == {sum(LENGTHS)}


class SecondTokenHead(torch.nn.Module):
    """Looks at a token that is not the first."""

    def __init__(self, size):
        super().__init__()
        self.out = torch.nn.Linear(size, 2)

    def forward(self, hidden, **_):
        return self.out(hidden[:, 1])


def test_a_head_that_looks_at_other_tokens_gets_them():
    module, data = classifier("roberta"), examples_of(LENGTHS)
    module.classifier = SecondTokenHead(32)
    rows = rows_of_last_products(module, layer_stacks(module)[0][-1], data)
    assert set(rows.values()) == {sum(LENGTHS)}
    objective = Objective(module, {"dev": data}, 0, CPU)
    assert all(batch.groups for batch in objective.batches()["dev"])
    found = objective.evaluate()["dev"].losses
    assert found == pytest.approx(losses_one_by_one(module, data), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("heads", [1, 4])
def test_examples_of_all_lengths_next_to_each_other(heads):
    """Any number of tokens beside any number of examples, whatever divides by what."""
    module = classifier("bert", num_attention_heads=heads)
    data = examples_of([3] * 7 + [4] * 2 + [5, 6, 6, 6, 11, 29])
    for budget in (7, 31, 1000):
        objective = Objective(module, {"dev": data}, 0, CPU, budget, at_once=1)
        found = objective.evaluate()["dev"].losses
        assert found == pytest.approx(losses_one_by_one(module, data), rel=1e-5, abs=1e-6)


def test_in_bfloat16_rows_are_no_further_from_float32_than_padded_batches():
    """On a model whose classes are far apart, short and long examples alike."""
    module = classifier("bert", initializer_range=0.3, max_position_embeddings=256)
    module.load_state_dict({name: 4 * of for name, of in module.state_dict().items()})
    data = examples_of([3, 9, 9, 17, 40, 127, 128, 129, 200] * 2)
    expected = one_by_one(module, data)
    scale = np.abs(expected - expected.mean(axis=0)).max()

    def off(logits):
        return float(np.sqrt(np.mean((logits - expected) ** 2))) / scale

    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        padded = one_by_one(module, data)
    objective = Objective(module, {"dev": data}, 0, CPU)
    objective.use("bfloat16")
    logits = objective._logits(objective.batches()["dev"])
    order = np.concatenate([batch.examples for batch in objective.batches()["dev"]])
    found = np.empty_like(logits)
    found[order] = logits
    assert 0 < off(found) < 1.2 * off(padded)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(1, 300))
@settings(max_examples=80)
def test_rows_hold_every_example_once_within_the_budget(lengths, budget):
    data = examples_of(lengths, types=True)
    batches = pack_rows(data, budget, 2, CPU)
    assert sorted(np.concatenate([b.examples for b in batches])) == list(range(len(lengths)))
    for batch in batches:
        assert (
            sum(count * length for count, length in batch.groups)
            == batch.inputs["input_ids"].numel()
        )
        own = [lengths[k] for k in batch.examples]
        assert [n for count, n in batch.groups for _ in range(count)] == own
        assert len(batch.examples) == 1 or sum(own) <= budget
        begin = 0
        for k in batch.examples:
            part = slice(begin, begin + lengths[k])
            begin += lengths[k]
            assert batch.inputs["input_ids"][0, part].tolist() == data.input_ids[k].tolist()
            assert batch.inputs["token_type_ids"][0, part].tolist() == [*data.token_type_ids[k]]
            assert batch.inputs["position_ids"][0, part].tolist() == [*range(2, 2 + lengths[k])]
        assert batch.labels.tolist() == data.labels[batch.examples].tolist()


@given(st.lists(st.integers(1, 40), min_size=30, max_size=60), st.integers(80, 400))
@settings(max_examples=40)
def test_rows_are_about_equally_long(lengths, budget):
    """No remnant of a few tokens, and no more rows than one over what is needed."""
    sizes = [b.inputs["input_ids"].numel() for b in pack_rows(examples_of(lengths), budget, 0, CPU)]
    needed = -(-sum(lengths) // budget)
    assert len(sizes) <= needed + 1 + needed // 2
    if len(sizes) == needed:
        assert min(sizes) >= sum(lengths) / needed - 2 * 40


def test_padding_is_cheaper_to_avoid_than_to_mask():
    """The comparison that the choice rests on: no token too many."""
    data = examples_of(LENGTHS)
    padded = sum(b.inputs["input_ids"].numel() for b in pack(data, 2048, 0, CPU))
    rows = sum(b.inputs["input_ids"].numel() for b in pack_rows(data, 2048, 0, CPU))
    assert rows == sum(LENGTHS) < padded
