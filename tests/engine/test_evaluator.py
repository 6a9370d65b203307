"""Short of memory in any place, the evaluator goes on with less of it and the same values."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from landscape_gui.engine import weights as weights_module
from landscape_gui.engine.cuda_graphs import PATIENCE, GraphedForward
from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.prefix import PrefixForward
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.runs.tasks import TokenizedExamples
from landscape_gui.specs import UserError

CPU = torch.device("cpu")
OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory")
MOVING = ["upper.weight", "upper.bias"]


@dataclass
class Output:
    logits: torch.Tensor


class Classifier(torch.nn.Module):
    """Mean of unmasked embeddings, two layers; out of memory with more than ``room`` tokens."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embedding = torch.nn.Embedding(50, 8)
        self.lower = torch.nn.Linear(8, 8)
        self.upper = torch.nn.Linear(8, 8)
        self.head = torch.nn.Linear(8, 3)
        self.room = 10**9
        self.error = OUT_OF_MEMORY
        self.calls = 0

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        self.calls += 1
        if input_ids.numel() > self.room:
            raise self.error
        embedded = self.embedding(input_ids) * attention_mask.unsqueeze(-1)
        mean = embedded.sum(1) / attention_mask.sum(1, keepdim=True)
        return Output(self.head(self.upper(torch.tanh(self.lower(mean)))))


def examples(count=40, seed=0):
    random = np.random.default_rng(seed)
    lengths = random.integers(2, 30, size=count)
    ids = tuple(random.integers(1, 50, size=n).astype(np.int64) for n in lengths)
    return TokenizedExamples(ids, None, random.integers(0, 3, size=count).astype(np.int64))


DATA = {"train": examples(), "dev": examples(25, seed=1)}


def start(names):
    torch.manual_seed(9)
    return {"upper.weight": torch.randn(8, 8), "upper.bias": torch.randn(8)}


def make(budget=512):
    module = Classifier()
    weights = FlatWeights(module, MOVING, start, CPU)
    weights.axis2 = torch.randn(weights.layout.size, generator=torch.Generator().manual_seed(3))
    return module, SerialEvaluator(weights, Objective(module, DATA, 0, CPU, budget))


def one_by_one(along, across, split):
    """Losses and errors of every example on its own, at a place of the plane."""
    module, evaluator = make()
    evaluator.weights.place(along, across)
    losses, wrong = [], []
    with torch.no_grad():
        for ids, label in zip(DATA[split].input_ids, DATA[split].labels, strict=True):
            row, wanted = torch.from_numpy(ids)[None], torch.tensor([int(label)])
            logits = module(row, torch.ones_like(row)).logits
            losses.append(float(torch.nn.functional.cross_entropy(logits, wanted)))
            wrong.append(bool(logits.argmax() != wanted))
    return np.array(losses), np.array(wrong)


def check(evaluator, along, across, selection="all", places=None):
    evaluator.weights.place(along, across)
    results = evaluator.evaluate(selection)
    for split, found in results.items():
        losses, wrong = one_by_one(along, across, split)
        chosen = places[split] if places else slice(None)
        np.testing.assert_allclose(found.losses, losses[chosen], rtol=1e-5)
        np.testing.assert_array_equal(found.wrong, wrong[chosen])
    return results


def test_a_selection_is_placed_and_measured():
    _, evaluator = make()
    evaluator.objective.select("few", {"train": [5, 2, 7]})
    found = evaluator.submit(0.4, -0.3, "few").result()
    losses, wrong = one_by_one(0.4, -0.3, "train")
    assert found.values.keys() == {"train_loss", "train_error"}
    assert found.values["train_loss"] == pytest.approx(losses[[5, 2, 7]].mean(), rel=1e-5)
    assert found.values["train_error"] == pytest.approx(wrong[[5, 2, 7]].mean())
    everything = evaluator.submit(0.4, -0.3).result()
    assert everything.values["train_loss"] == pytest.approx(losses.mean(), rel=1e-5)


@pytest.mark.parametrize(
    "error",
    [OUT_OF_MEMORY, MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")],
)
def test_out_of_memory_halves_the_batches_of_all_selections(error):
    module, evaluator = make()
    places = {"train": [30, 4, 11], "dev": [0, 24]}
    evaluator.objective.select("few", places)
    module.room, module.error = 64, error
    assert check(evaluator, 0.5, 1.0, "few", places).keys() == {"train", "dev"}
    check(evaluator, 1.5, -1.0)
    assert evaluator.objective.token_budget == 64
    said = list(evaluator.notices)
    assert "64 tokens" in said[-1]
    check(evaluator, 2.0, 0.0)
    assert evaluator.notices == said


def test_the_directions_make_room_for_a_single_example(monkeypatch):
    module, evaluator = make(budget=1)
    monkeypatch.setattr(weights_module, "has_own_memory", lambda device: True)
    module.room = 20
    keep = evaluator.weights.keep_directions_on_host

    def relieve():
        keep()
        module.room = 10**9

    monkeypatch.setattr(evaluator.weights, "keep_directions_on_host", relieve)
    check(evaluator, 0.5, 1.0)
    check(evaluator, -0.5, 0.2)
    assert evaluator.weights.streamed
    assert "computer's memory" in evaluator.notices[0]


@pytest.mark.parametrize("own", [True, False])
def test_one_example_that_never_fits_is_said(monkeypatch, own):
    module, evaluator = make(budget=1)
    monkeypatch.setattr(weights_module, "has_own_memory", lambda device: own)
    module.room = 1
    with pytest.raises(UserError, match="single example"):
        evaluator.evaluate()
    assert evaluator.weights.streamed == own


class Recorder:
    """Replays by computing, unseen by the module's limits; always faster."""

    def __init__(self, module):
        self.module = module
        self.error = None

    def record(self, run):
        if self.error:
            raise self.error

        def replay():
            room, calls = self.module.room, self.module.calls
            self.module.room = 10**9
            try:
                return run()
            finally:
                self.module.room, self.module.calls = room, calls

        return replay

    def seconds(self, run):
        return 0.5 if run.__name__ == "replay" else 1.0

    def clear(self):
        pass


def graphed(evaluator, module):
    recorder = Recorder(module)
    objective = evaluator.objective
    objective.forward = GraphedForward(objective.forward, recorder, evaluator.notices)
    return recorder, objective.forward


def test_out_of_memory_in_the_middle_of_recording_graphs_costs_nothing_but_them():
    module, evaluator = make()
    recorder, forward = graphed(evaluator, module)
    recorder.error = OUT_OF_MEMORY
    for along in np.linspace(-1, 1, PATIENCE + 3):
        check(evaluator, along, 0.3)
    assert forward.graphs == 0
    assert evaluator.objective.token_budget == 512
    assert len(evaluator.notices) == 1


def test_graphs_go_before_the_batches_are_halved_and_come_back_after():
    module, evaluator = make()
    _, forward = graphed(evaluator, module)
    along = iter(np.linspace(-1, 1, 3 * PATIENCE + 20))
    for _ in range(PATIENCE + 2):
        check(evaluator, next(along), 0.3)
    assert forward.graphs == sum(map(len, evaluator.objective.batches().values()))
    calls = module.calls
    check(evaluator, next(along), 0.3)
    assert module.calls == calls
    # Another selection's batches have no graphs yet, and do not fit beside those of the first.
    evaluator.objective.select("few", {"dev": range(20)})
    module.room = 64
    check(evaluator, next(along), 0.3, "few", {"dev": range(20)})
    assert ["without CUDA graphs" in notice for notice in evaluator.notices[:2]] == [True, False]
    assert forward.graphs == 0
    for _ in range(PATIENCE + 2):
        check(evaluator, next(along), 0.3)
    assert forward.graphs == sum(map(len, evaluator.objective.batches().values()))


def test_kept_layers_that_make_room_take_the_graphs_along():
    module, evaluator = make()
    plain = evaluator.objective.forward
    evaluator.objective.forward = PrefixForward(
        plain, [module.lower], limit=10**6, notices=evaluator.notices
    )
    prefix = evaluator.objective.forward
    _, forward = graphed(evaluator, module)
    for along in np.linspace(-1, 1, PATIENCE + 2):
        check(evaluator, along, 0.3)
    assert forward.graphs
    evaluator.objective.select("few", {"dev": range(20)})
    reset = prefix.reset

    def make_room():
        module.room = 10**9
        reset()

    prefix.reset = make_room
    module.room = 0
    check(evaluator, 0.7, 0.3, "few", {"dev": range(20)})
    assert forward.graphs == 0
    assert evaluator.objective.token_budget == 512
    check(evaluator, -0.7, 0.3)
