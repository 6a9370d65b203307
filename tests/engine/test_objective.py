import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.objective import Objective, pack
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
