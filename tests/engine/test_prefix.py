"""Points that start above cached layers give what a full pass gives, or are computed in full."""

import gc
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tiny_models import tiny_config

from landscape_gui.engine import prefix
from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.free_memory import free_memory
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.prefix import PrefixForward
from landscape_gui.engine.prefix_setup import layer_stacks, start_above_prefix, still_layers
from landscape_gui.engine.subject import open_subject
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.runs.layer_groups import group_names, parse_group
from landscape_gui.runs.tasks import TokenizedExamples
from landscape_gui.specs import CurveSpec

CPU = torch.device("cpu")
LAYERS = 4
CHANGES = {
    # Global attention in layers 0 and 3, and windows narrower than the examples in between.
    "modernbert": {"global_attn_every_n_layers": 3, "local_attention": 8, "layer_types": None},
    # Everything that acts between the embeddings and the layers, or after the first layer.
    "deberta-v2": {
        "conv_kernel_size": 3,
        "conv_act": "gelu",
        "norm_rel_ebd": "layer_norm",
        "position_buckets": 8,
    },
}
FAMILIES = ("bert", "roberta", "electra", "distilbert", "deberta-v2", "modernbert", "gpt2")


def examples(count=14, longest=30, seed=0):
    random = np.random.default_rng(seed)
    ids = tuple(
        random.integers(1, 29, size=n).astype(np.int64)
        for n in random.integers(2, longest + 1, size=count)
    )
    return TokenizedExamples(ids, None, random.integers(0, 2, size=count).astype(np.int64))


def classifier(family, **changes):
    from transformers import AutoConfig, AutoModelForSequenceClassification

    config = tiny_config(family, layers=LAYERS)
    given = {k: v for k, v in config.to_dict().items() if k not in ("model_type", "layer_types")}
    config = AutoConfig.for_model(family, **(given | CHANGES.get(family, {}) | changes))
    torch.manual_seed(1)
    return AutoModelForSequenceClassification.from_config(config).eval()


def moving_of(module, group):
    names = [n for n, _ in module.named_parameters() if n.startswith(module.base_model_prefix)]
    return group_names(names, parse_group(group, LAYERS))


def prepare(module, moving, budget=128, limit=None, data=None):
    """The weights of a random direction, an objective that may use the prefix, and notices."""
    parameters = {name: p.detach().clone() for name, p in module.named_parameters()}
    random = torch.Generator().manual_seed(7)
    start = {n: p + 0.05 * torch.randn(p.shape, generator=random) for n, p in parameters.items()}
    weights = FlatWeights(module, moving, lambda names: {n: start[n] for n in names}, CPU)
    objective: Any = Objective(module, {"train": data or examples()}, 0, CPU, budget)
    evaluator = SerialEvaluator(weights, objective)
    start_above_prefix(weights, objective, evaluator.notices, limit)
    return weights, objective, evaluator.notices


def plain_losses(module, data):
    """One example at a time, without the engine."""
    losses = []
    with torch.no_grad():
        for ids, label in zip(data.input_ids, data.labels, strict=True):
            row = torch.from_numpy(ids)[None]
            logits = module(input_ids=row, attention_mask=torch.ones_like(row)).logits
            losses.append(torch.nn.functional.cross_entropy(logits[0], torch.tensor(int(label))))
    return torch.stack(losses).numpy()


def count_calls(layers):
    """Calls of each layer's own computation, told from a part inside it."""
    counts = [0] * len(layers)

    def hook_of(k):
        def hook(*_):
            counts[k] += 1

        return hook

    for k, layer in enumerate(layers):
        inner = next(m for m in layer.modules() if isinstance(m, torch.nn.LayerNorm))
        inner.register_forward_hook(hook_of(k))
    return counts


def full_pass(objective):
    """Losses with the forward that objectives have by themselves."""
    plain = Objective(objective.module, objective._splits, 0, CPU, objective.token_budget)
    return plain.evaluate()["train"].losses


@pytest.mark.parametrize("group", ["1-2", "3", "1,3"])
@pytest.mark.parametrize("family", FAMILIES)
def test_cached_values_equal_uncached_ones(family, group):
    module = classifier(family)
    weights, objective, notices = prepare(module, moving_of(module, group))
    assert not notices
    (layers,) = layer_stacks(module)
    first = int(group[0])
    objective.evaluate()
    calls = count_calls(layers)
    seen = []
    for along in (1.0, 0.0, -1.5, 0.3):
        weights.place(along)
        seen.append(objective.evaluate()["train"].losses)
        if along == 1.0:
            assert [k for k, count in enumerate(calls) if count == 0] == list(range(first))
        assert seen[-1] == pytest.approx(full_pass(objective), rel=1e-6, abs=1e-7)
        if family != "gpt2":  # its padding is part of what it sees
            assert seen[-1] == pytest.approx(
                plain_losses(module, objective._splits["train"]), rel=1e-4, abs=1e-6
            )
    # The weights did move, and the module is whole again.
    assert np.abs(seen[0] - seen[1]).max() > 1e-3
    assert not any("forward" in vars(layer) for layer in layers)


@pytest.mark.parametrize(
    ("family", "group"),
    [("bert", "pooler"), ("roberta", "3"), ("modernbert", "pooler"), ("gpt2", "pooler")],
)
def test_what_comes_after_all_layers_computes_no_layer(family, group):
    module = classifier(family)
    weights, objective, notices = prepare(module, moving_of(module, group))
    assert not notices
    objective.evaluate()
    (layers,) = layer_stacks(module)
    calls = count_calls(layers)
    weights.place(0.0)
    found = objective.evaluate()["train"].losses
    below = LAYERS if group == "pooler" else int(group)
    assert calls[:below] == [0] * below
    assert found == pytest.approx(full_pass(objective), rel=1e-6)


@pytest.mark.parametrize("group", ["low", "embeddings", "all", "0+3"])
def test_groups_that_reach_down_to_the_first_layer_are_computed_in_full_without_a_word(group):
    module = classifier("bert")
    _, objective, notices = prepare(module, moving_of(module, group))
    assert not isinstance(objective.forward, PrefixForward)
    assert not notices


def test_parameters_outside_the_layers_that_act_inside_them_are_found_out():
    # By its name DeBERTa's normalisation of the relative positions could come after the layers.
    module = classifier("deberta-v2")
    moving = moving_of(module, "pooler")
    assert "deberta.encoder.LayerNorm.weight" in moving
    weights, objective, notices = prepare(module, moving)
    assert not isinstance(objective.forward, PrefixForward)
    assert "whole model" in notices[0]
    assert "first layer" in notices[0]
    # Its convolution acts between the first layer and the second: one layer lies below.
    moving = [name for name in moving if ".conv." in name]
    weights, objective, notices = prepare(classifier("deberta-v2"), moving)
    assert not notices
    assert objective.forward.layers == 1
    objective.evaluate()
    weights.place(0.0)
    assert objective.evaluate()["train"].losses == pytest.approx(full_pass(objective), rel=1e-6)


def test_outputs_that_hooks_capture_are_no_trouble():
    module = classifier("bert", output_hidden_states=True, output_attentions=True)
    weights, objective, notices = prepare(module, moving_of(module, "2-3"))
    assert not notices
    for along in (1.0, 0.0):
        weights.place(along)
        assert objective.evaluate()["train"].losses == pytest.approx(full_pass(objective), rel=1e-6)


def test_a_model_with_two_stacks_of_layers_falls_back_and_says_so():
    from transformers import BartConfig, BartForSequenceClassification

    torch.manual_seed(0)
    size: dict[str, Any] = {"d_model": 16, "max_position_embeddings": 40, "vocab_size": 29}
    for side in ("encoder", "decoder"):
        size |= {f"{side}_layers": 2, f"{side}_attention_heads": 2, f"{side}_ffn_dim": 16}
    module = BartForSequenceClassification(BartConfig(**size)).eval()
    names = tuple(n for n, _ in module.named_parameters() if ".layers.1." in n)
    weights = FlatWeights(module, names, lambda _: dict(module.named_parameters()), CPU)
    objective, notices = Objective(module, {"dev": examples()}, 0, CPU, 128), []
    start_above_prefix(weights, objective, notices)
    assert not isinstance(objective.forward, PrefixForward)
    assert len(notices) == 1
    assert "several stacks" in notices[0]


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(8, 8)

    def forward(self, hidden):
        self.trace = True
        return hidden + torch.tanh(self.dense(hidden))


class Stack(torch.nn.Module):
    """A bare encoder in which ``mix`` says how the layers are put together."""

    def __init__(self, mix="chain", blocks=3):
        super().__init__()
        torch.manual_seed(3)
        self.mix = mix
        self.embeddings = torch.nn.Embedding(29, 8)
        self.layers = torch.nn.ModuleList(Block() for _ in range(blocks))
        self.head = torch.nn.Linear(8, 2)

    def forward(self, input_ids, attention_mask):
        hidden = self.embeddings(input_ids) * attention_mask.unsqueeze(-1)
        met = []
        for layer in self.layers:
            if self.mix == "in place" and met:
                hidden += 0.1
            hidden = (layer.forward if self.mix == "beside" else layer)(hidden)
            met.append(hidden)
        if self.mix == "mean of all":
            hidden = torch.stack(met).mean(0)
        if self.mix == "mean of all where padded" and not attention_mask.all():
            hidden = torch.stack(met).mean(0)
        if self.mix == "leaves traces":
            for layer in self.layers:
                del layer.trace
        return SimpleNamespace(logits=self.head(hidden.mean(1)))


LAST = ("layers.2.dense.weight", "layers.2.dense.bias")


def test_a_plain_stack_of_modules_can_be_started_above():
    weights, objective, notices = prepare(Stack(), LAST)
    assert objective.forward.layers == 2
    objective.evaluate()
    weights.place(0.0)
    assert objective.evaluate()["train"].losses == pytest.approx(full_pass(objective), rel=1e-6)
    assert not notices


@pytest.mark.parametrize("mix", ["mean of all", "in place", "beside", "leaves traces"])
def test_models_that_cannot_be_started_above_fall_back_and_say_so(mix):
    module = Stack(mix)
    before = {name: p.clone() for name, p in module.named_parameters()}
    _, objective, notices = prepare(module, LAST)
    assert not isinstance(objective.forward, PrefixForward)
    assert len(notices) == 1
    assert notices[0].startswith("Every point computes the whole model")
    # Trying it out has left nothing behind.
    assert all(torch.equal(p, before[name]) for name, p in module.named_parameters())
    assert not any(layer._forward_hooks for layer in module.layers)


def test_a_split_without_padding_says_nothing_of_one_with_padding():
    module, mixed = Stack("mean of all where padded"), examples()
    alike = TokenizedExamples((np.arange(1, 9),) * 12, None, np.zeros(12, dtype=np.int64))
    start = {name: p.detach().clone() for name, p in module.named_parameters()}
    weights = FlatWeights(module, LAST, lambda names: {n: start[n] for n in names}, CPU)
    objective: Any = Objective(module, {"train": alike, "dev": mixed}, 0, CPU)
    notices: list[str] = []
    start_above_prefix(weights, objective, notices)
    assert not isinstance(objective.forward, PrefixForward)
    assert "logits differ" in notices[0]


@pytest.mark.parametrize("broken", ["head.weight", "layers.0.dense.weight"])
def test_a_model_that_diverged_falls_back_and_says_so(broken):
    module = Stack()
    torch.nn.init.constant_(module.get_parameter(broken), math.nan)
    _, objective, notices = prepare(module, LAST)
    assert not isinstance(objective.forward, PrefixForward)
    assert "not finite" in notices[0]
    assert math.isnan(objective.measure().values["train_loss"])


def test_a_model_without_layers_falls_back_and_says_so():
    module = Stack(blocks=0)
    _, objective, notices = prepare(module, ("head.weight",))
    assert not isinstance(objective.forward, PrefixForward)
    assert "no list of layers" in notices[0]


@given(st.sets(st.integers(0, 5), min_size=1), st.booleans(), st.booleans())
def test_the_first_moving_layer_counts(layers, embeddings, pooler):
    names = [f"bert.encoder.layer.{k}.output.dense.weight" for k in sorted(layers)]
    names += ["bert.embeddings.LayerNorm.bias"] * embeddings + ["bert.pooler.bias"] * pooler
    assert still_layers(names, 6) == (0 if embeddings else min(layers))
    assert still_layers(["bert.pooler.bias"], 6) == 6


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 14 * 30 * 8 * 4))
def test_values_do_not_depend_on_the_limit_and_the_limit_is_kept(limit):
    weights, objective, _ = prepare(Stack(), LAST, budget=60, limit=limit)
    objective.evaluate()
    weights.place(0.0)
    assert objective.evaluate()["train"].losses == pytest.approx(full_pass(objective), rel=1e-6)
    assert objective.forward.kept_bytes <= limit


def test_a_part_of_the_batches_is_kept_when_not_all_fit():
    _, objective, _ = prepare(Stack(), LAST, budget=60)
    objective.evaluate()
    everything = objective.forward.kept_bytes
    real = sum(len(ids) for ids in objective._splits["train"].input_ids) * 8 * 4
    assert everything >= real
    _, objective, _ = prepare(Stack(), LAST, budget=60, limit=everything // 2)
    objective.evaluate()
    assert 0 < objective.forward.kept_bytes <= everything // 2


def test_what_is_kept_goes_with_the_batches_and_with_the_number_format():
    weights, objective, _ = prepare(Stack(), LAST, budget=60)
    forward = objective.forward
    objective.select("few", {"train": [0, 1, 2]})
    objective.evaluate("few")
    few = forward.kept_bytes
    objective.evaluate()
    assert forward.kept_bytes > few > 0
    objective.use("bfloat16")
    assert forward.kept_bytes == 0
    rough = objective.evaluate()["train"].losses
    weights.place(0.0)
    again = objective.evaluate()["train"].losses
    assert np.abs(rough - again).max() > 1e-4
    assert again == pytest.approx(full_pass_in(objective, "bfloat16"), rel=1e-6)
    objective.use("float32")
    assert objective.evaluate()["train"].losses == pytest.approx(full_pass(objective), rel=1e-6)
    version = forward.version
    objective.halve_budget()
    assert forward.version > version
    gc.collect()
    assert forward.kept_bytes == 0
    assert objective.evaluate()["train"].losses == pytest.approx(full_pass(objective), rel=1e-6)


def full_pass_in(objective, precision):
    plain = Objective(objective.module, objective._splits, 0, CPU, objective.token_budget)
    plain.use(precision)
    return plain.evaluate()["train"].losses


class Tight:
    """A forward that runs out of memory while more than ``room`` bytes are kept."""

    def __init__(self, forward, error):
        self.forward, self.error = forward, error
        self.room: float = math.inf
        self.prefix: Any = None

    def __call__(self, batch):
        if self.prefix.kept_bytes > self.room:
            raise self.error
        return self.forward(batch)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    ],
)
def test_running_out_of_memory_frees_what_is_kept_and_goes_on(error):
    module = Stack()
    objective, notices = Objective(module, {"train": examples()}, 0, CPU, 60), []
    tight = Tight(objective.forward, error)
    tight.prefix = objective.forward = PrefixForward(tight, module.layers[:2], 10**6, notices)
    tight.room = 3000
    for _ in range(4):
        found = objective.evaluate()["train"].losses
        assert found == pytest.approx(full_pass(objective), rel=1e-6)
    assert 0 < tight.prefix.kept_bytes <= tight.room
    assert notices
    assert all("Out of memory" in notice for notice in notices)
    told = len(notices)
    objective.evaluate()
    assert len(notices) == told


def test_out_of_memory_with_nothing_kept_is_for_the_caller():
    def forward(batch):
        raise MemoryError

    module = Stack()
    objective = Objective(module, {"train": examples()}, 0, CPU)
    objective.forward = PrefixForward(forward, module.layers[:1])
    with pytest.raises(MemoryError):
        objective.evaluate()


def test_the_limit_is_a_share_of_the_free_memory(monkeypatch):
    assert free_memory(CPU) > 2**20
    monkeypatch.setattr(prefix, "free_memory", lambda device: 2000)
    _, objective, _ = prepare(Stack(), LAST, budget=30)
    objective.evaluate()
    assert 0 < objective.forward.kept_bytes <= 1000


@pytest.mark.gpu
def test_graphs_of_points_that_start_above_follow_the_weights_and_survive_a_reset():
    from landscape_gui.engine.cuda_graphs import CudaRecorder, GraphedForward

    device, module = torch.device("cuda"), classifier("bert")
    start = {name: p.detach() * 1.1 for name, p in module.named_parameters()}
    moving = moving_of(module, "2-3")
    weights = FlatWeights(module, moving, lambda names: {n: start[n] for n in names}, device)
    objective, notices = Objective(module, {"train": examples()}, 0, device, 128), []
    start_above_prefix(weights, objective, notices)
    prefix_forward = objective.forward
    assert isinstance(prefix_forward, PrefixForward)
    objective.forward = GraphedForward(prefix_forward, CudaRecorder(device), notices)
    plain = Objective(module, {"train": examples()}, 0, device, 128)
    for along in (1.0, 0.0, 0.5, -0.5, 2.0, 1.5, 0.2):
        weights.place(along)
        expected = plain.evaluate()["train"].losses
        assert objective.evaluate()["train"].losses == pytest.approx(expected, rel=1e-5)
        if along == 2.0:
            prefix_forward.reset()
    assert not notices


def test_jobs_on_a_high_group_start_above_the_layers_below(runs):
    from landscape_gui.engine.jobs import default_groups

    spec = CurveSpec(run=runs.first.path, device="cpu", precision="float32")
    group = default_groups(3)[-1]
    steps = open_subject(spec, (group,))
    try:
        while True:
            next(steps)
    except StopIteration as end:
        subject = end.value
    assert subject.objective.forward.layers == group.layers[0]
    assert not subject.evaluator.notices
    # A checkpoint's own parameters move nothing outside of the group.
    subject.objective.evaluate()
    subject.weights.place_flat(subject.reader(1))
    found = subject.evaluator.measure()
    plain = Objective(subject.objective.module, subject.objective._splits, 0, CPU).measure()
    assert found.values == pytest.approx(plain.values, rel=1e-6)
