import math
import time
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.objective import ExampleResults, Objective, measurement
from landscape_gui.engine.packing import pack
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.runs.tasks import TokenizedExamples
from landscape_gui.specs import UserError

CPU = torch.device("cpu")


@dataclass
class Output:
    logits: torch.Tensor


class MeanClassifier(torch.nn.Module):
    """Logits from the mean of the unmasked embeddings: any leak of padding shows."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embedding = torch.nn.Embedding(50, 8)
        self.drop = torch.nn.Dropout(0.5)
        self.head = torch.nn.Linear(8, 3)

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        embedded = self.drop(self.embedding(input_ids)) * attention_mask.unsqueeze(-1)
        return Output(self.head(embedded.sum(1) / attention_mask.sum(1, keepdim=True)))


def examples(seed=0, count=40, longest=30):
    random = np.random.default_rng(seed)
    ids = tuple(
        random.integers(1, 50, size=n).astype(np.int64)
        for n in random.integers(1, longest + 1, size=count)
    )
    return TokenizedExamples(ids, None, random.integers(0, 3, size=count).astype(np.int64))


def one_by_one(module, data):
    losses, wrong = [], []
    with torch.no_grad():
        for ids, label in zip(data.input_ids, data.labels, strict=True):
            row = torch.from_numpy(ids)[None]
            logits = module.eval()(row, torch.ones_like(row)).logits
            losses.append(
                float(torch.nn.functional.cross_entropy(logits, torch.tensor([int(label)])))
            )
            wrong.append(float(logits.argmax() != int(label)))
    return np.array(losses), np.array(wrong)


@pytest.mark.parametrize("budget", [1, 64, 100_000])
def test_loss_error_and_standard_errors_equal_one_example_at_a_time(budget):
    module, data = MeanClassifier(), examples()
    found = Objective(module, {"train": data}, 0, CPU, budget).measure()
    losses, wrong = one_by_one(module, data)
    n = len(losses)
    assert found.values["train_loss"] == pytest.approx(losses.mean(), rel=1e-6)
    assert found.values["train_error"] == pytest.approx(wrong.mean())
    assert found.standard_errors["train_loss"] == pytest.approx(
        losses.std(ddof=1) / math.sqrt(n), rel=1e-5
    )
    assert found.standard_errors["train_error"] == pytest.approx(wrong.std(ddof=1) / math.sqrt(n))


@given(st.integers(0, 1000), st.integers(1, 500))
@settings(max_examples=30)
def test_packing_keeps_every_example_under_the_budget(seed, budget):
    data = examples(seed, count=25)
    batches = pack(data, budget, 0, CPU)
    seen = sorted(
        tuple(row[mask.bool()].tolist())
        for batch in batches
        for row, mask in zip(batch.inputs["input_ids"], batch.inputs["attention_mask"], strict=True)
    )
    assert seen == sorted(tuple(ids.tolist()) for ids in data.input_ids)
    for batch in batches:
        rows, width = batch.inputs["input_ids"].shape
        assert rows == 1 or rows * width <= budget


def test_padding_is_a_small_share():
    data = examples(count=1000, longest=100)
    batches = pack(data, 2048, 0, CPU)
    padded = sum(batch.inputs["input_ids"].numel() for batch in batches)
    assert padded <= 1.1 * sum(len(ids) for ids in data.input_ids)


def test_nan_weights_give_nan_loss_and_full_error():
    module = MeanClassifier()
    torch.nn.init.constant_(module.head.weight, math.nan)
    found = Objective(module, {"dev": examples()}, 0, CPU).measure()
    assert math.isnan(found.values["dev_loss"])
    assert found.values["dev_error"] == 1.0


class Hungry(MeanClassifier):
    """Fails like a device that holds no more than ``room`` tokens."""

    def __init__(self, room, error):
        super().__init__()
        self.room, self.error = room, error

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        if input_ids.numel() > self.room:
            raise self.error
        return super().forward(input_ids, attention_mask)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    ],
)
def test_out_of_memory_halves_the_batches_and_goes_on(error):
    module, data = Hungry(64, error), examples()
    objective = Objective(module, {"train": data}, 0, CPU, 1024)
    weights = FlatWeights(
        module, ["embedding.weight"], lambda names: dict(MeanClassifier().named_parameters()), CPU
    )
    evaluator = SerialEvaluator(weights, objective)
    found = evaluator.measure()
    losses, _ = one_by_one(MeanClassifier(), data)
    assert found.values["train_loss"] == pytest.approx(losses.mean(), rel=1e-6)
    assert objective.token_budget <= 64
    assert evaluator.notices


def test_one_example_that_does_not_fit_is_said():
    module = Hungry(2, MemoryError())
    objective = Objective(module, {"train": examples()}, 0, CPU, 64)
    weights = FlatWeights(module, ["head.bias"], lambda names: dict(module.named_parameters()), CPU)
    with pytest.raises(UserError, match="single example"):
        SerialEvaluator(weights, objective).measure()


def test_other_errors_are_not_taken_for_memory():
    module = Hungry(0, RuntimeError("shape mismatch"))
    objective = Objective(module, {"train": examples()}, 0, CPU, 64)
    weights = FlatWeights(module, ["head.bias"], lambda names: dict(module.named_parameters()), CPU)
    with pytest.raises(RuntimeError, match="shape mismatch"):
        SerialEvaluator(weights, objective).measure()


def test_each_example_has_its_own_result_in_the_order_of_the_selection():
    module, data = MeanClassifier(), examples()
    objective = Objective(module, {"train": data, "dev": examples(1)}, 0, CPU, 64)
    losses, wrong = one_by_one(module, data)
    chosen = np.array([7, 3, 30, 3])
    objective.select("few", {"train": chosen, "dev": []})
    (found,) = objective.evaluate("few").values()
    assert found.losses == pytest.approx(losses[chosen], rel=1e-5)
    assert found.wrong.tolist() == (wrong[chosen] > 0).tolist()
    whole = objective.evaluate()
    assert whole["train"].losses == pytest.approx(losses, rel=1e-5)
    measured = objective.measure("few")
    assert set(measured.values) == {"train_loss", "train_error"}
    assert measured.values["train_loss"] == pytest.approx(losses[chosen].mean(), rel=1e-6)


@pytest.mark.parametrize("budget", [1, 17, 333, 100_000])
def test_the_token_budget_does_not_show(budget):
    module, data = MeanClassifier(), examples(count=200)
    found = Objective(module, {"dev": data}, 0, CPU, budget).measure()
    other = Objective(module, {"dev": data}, 0, CPU, 2048).measure()
    assert found.values == pytest.approx(other.values, rel=1e-6)
    assert found.standard_errors == pytest.approx(other.standard_errors, rel=1e-6)


def test_the_order_of_the_examples_does_not_show():
    module, data = MeanClassifier(), examples()
    order = np.random.default_rng(3).permutation(len(data.labels))
    shuffled = TokenizedExamples(tuple(data.input_ids[k] for k in order), None, data.labels[order])
    found, other = (
        Objective(module, {"dev": each}, 0, CPU, 64).measure() for each in (data, shuffled)
    )
    assert found.values == pytest.approx(other.values, rel=1e-6)


class Kept:
    """A forward that keeps something of the batches."""

    def __init__(self, module):
        self.module, self.resets = module, 0

    def __call__(self, batch):
        return self.module(**batch.inputs).logits

    def reset(self):
        self.resets += 1


def test_a_forward_is_told_when_what_it_kept_is_void():
    module, data = MeanClassifier(), examples()
    objective = Objective(module, {"dev": data}, 0, CPU, 64)
    plain = objective.measure()
    objective.forward = kept = Kept(module)
    objective.select("few", {"dev": [1, 2]})
    objective.use("float32")
    assert kept.resets == 0
    objective.select("few", {"dev": [3]})  # other batches: those of the whole are still valid
    assert kept.resets == 0
    objective.use("bfloat16")
    objective.use("float32")
    assert kept.resets == 2
    assert objective.halve_budget()
    assert kept.resets == 3
    assert objective.measure().values == pytest.approx(plain.values, rel=1e-6)


def test_an_unknown_format_is_refused_and_changes_nothing():
    objective = Objective(MeanClassifier(), {"dev": examples()}, 0, CPU, 64)
    with pytest.raises(ValueError, match="float8"):
        objective.use("float8")
    assert objective.precision == "float32"


class Unmasked(MeanClassifier):
    """Does without a mask; ``misses`` it by computing something else then."""

    def __init__(self, misses):
        super().__init__()
        self.misses, self.masks = misses, []

    def forward(self, input_ids, attention_mask=None, token_type_ids=None):
        self.masks.append(attention_mask is not None)
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids) * (input_ids > 10 if self.misses else 1)
        return super().forward(input_ids, attention_mask)


@pytest.mark.parametrize("misses", [True, False])
def test_batches_without_padding_have_a_mask_only_if_the_model_misses_it(misses):
    module = Unmasked(misses)
    data = examples(count=3)
    same = TokenizedExamples((data.input_ids[0],) * 3, None, data.labels)
    objective = Objective(module, {"dev": same}, 0, CPU, 1024)
    module.masks.clear()
    objective.measure()
    assert module.masks == [misses]


def test_trial_batches_are_full_and_padded_ones_and_hold_the_longest_of_any_split():
    ids = tuple(np.full(n, 7) for n in (4, 4, 4, 9, 2, 9))
    labels = np.zeros(3, dtype=np.int64)
    splits = {
        "train": TokenizedExamples(ids[:3], None, labels),
        "dev": TokenizedExamples(ids[3:], None, labels),
    }
    masks = [
        batch.inputs["attention_mask"]
        for batch in Objective(MeanClassifier(), splits, 0, CPU).trials(2)
    ]
    assert [mask.sum(1).tolist() for mask in masks] == [[9, 9], [2, 9], [9]]


@pytest.mark.parametrize("classes", [2, 3])
def test_margins_say_by_how_much_the_right_class_led(classes):
    module, data = MeanClassifier(), examples()
    module.head = torch.nn.Linear(8, classes)
    data = TokenizedExamples(data.input_ids, None, data.labels % classes)
    found = Objective(module, {"dev": data}, 0, CPU, 64).evaluate()["dev"]
    wanted = []
    with torch.no_grad():
        for ids, label in zip(data.input_ids, data.labels.tolist(), strict=True):
            row = torch.from_numpy(ids)[None]
            logits = module(row, torch.ones_like(row)).logits[0].tolist()
            wanted.append(logits.pop(label) - max(logits))
    assert found.margins == pytest.approx(wanted, abs=1e-5)
    assert found.margins.dtype == np.float32
    assert found.wrong.tolist() == [margin < 0 for margin in wanted]
    assert 0 < found.wrong.mean() < 1


def test_tokens_are_the_lengths_of_the_examples():
    data, few = examples(), examples(1, count=3)
    found = Objective(MeanClassifier(), {"train": data, "dev": few}, 0, CPU, 64).tokens
    assert {split: of.tolist() for split, of in found.items()} == {
        "train": [len(ids) for ids in data.input_ids],
        "dev": [len(ids) for ids in few.input_ids],
    }


def results_of(losses, wrong):
    losses = np.array(losses, dtype=np.float32)
    return ExampleResults(losses, np.array(wrong), np.zeros_like(losses))


def test_a_measurement_is_the_mean_over_the_examples():
    found = measurement(
        {
            "train": results_of([1, 2, 6], [True, False, False]),
            "dev": results_of([0.5, math.nan], [False, True]),
        },
        time.perf_counter() - 5,
    )
    assert found.seconds >= 5
    assert (found.values["train_loss"], found.values["dev_error"]) == (3, 0.5)
    assert found.values["train_error"] == pytest.approx(1 / 3)
    # Spread over the examples with n − 1, over √n.
    assert found.standard_errors["train_loss"] == pytest.approx(math.sqrt(14 / 2 / 3))
    assert found.standard_errors["train_error"] == pytest.approx(1 / 3)
    assert math.isnan(found.values["dev_loss"])
    assert math.isnan(found.standard_errors["dev_loss"])
    assert math.isnan(
        measurement({"dev": results_of([2], [False])}, 0.0).standard_errors["dev_loss"]
    )
