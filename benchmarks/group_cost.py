"""Cost of a point on layer-group surfaces against a point on the surface of the whole encoder."""

from __future__ import annotations

import argparse
import copy
import json
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

# torch and the engine are imported where they are used: --help is quick.
if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from landscape_gui.engine.evaluator import SerialEvaluator
    from landscape_gui.runs.tasks import TokenizedExamples

PROJECT = Path(__file__).resolve().parents[1]
EXAMPLES, QUICK_EXAMPLES = 256, 48
ROUNDS, QUICK_ROUNDS = 9, 3
WHOLE = "whole"

# MiniLM-L6-H384, uncased.
SHAPE: dict[str, Any] = {
    "vocab_size": 30_522,
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
}
ALLOWANCE = 0.05


class BenchmarkError(RuntimeError):
    """What was to be measured did not happen."""


@dataclass
class Surface:
    """A surface to take points of.

    Attributes
    ----------
    first
        Its first layer, or the number of layers for what comes after them all.
    limit
        What a point may cost, as a share of one of the whole encoder.
    cpu, wall
        Seconds of each point, in the order of the rounds.
    """

    evaluator: SerialEvaluator
    first: int
    limit: float
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def measure(self, along: float, across: float) -> None:
        """Place and evaluate a point, and note what it took."""
        cpu, wall = time.process_time(), time.perf_counter()
        self.evaluator.submit(along, across).result()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)


def random_model() -> PreTrainedModel:
    """A classifier with random weights in the shape of MiniLM."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    return BertForSequenceClassification(BertConfig(**SHAPE)).eval()


def load(directory: Path) -> PreTrainedModel:
    """A user's model as a classifier; its head is random where it has none."""
    import torch

    from landscape_gui.runs.architecture import load_classifier

    torch.manual_seed(0)
    return load_classifier(directory)[0].eval()


def random_examples(count: int, vocabulary: int) -> TokenizedExamples:
    """Random tokens in MRPC's lengths."""
    import numpy as np
    from support.task_lengths import task_lengths

    from landscape_gui.runs.tasks import TokenizedExamples

    drawn = np.random.default_rng(0)
    ids = tuple(drawn.integers(5, vocabulary, size=n) for n in task_lengths("mrpc", count))
    return TokenizedExamples(ids, None, drawn.integers(0, 2, size=count))


def open_surface(
    module: PreTrainedModel, moving: tuple[str, ...], examples: TokenizedExamples, device: str
) -> SerialEvaluator:
    """A plane of two random directions in which the named parameters move."""
    import torch

    from landscape_gui.engine.evaluator import SerialEvaluator
    from landscape_gui.engine.objective import Objective
    from landscape_gui.engine.prefix_setup import start_above_prefix
    from landscape_gui.engine.weights import FlatWeights

    moved = {
        name: value.detach() + 0.001 * torch.randn_like(value)
        for name, value in module.named_parameters()
        if name in moving
    }
    where = torch.device(device)
    weights = FlatWeights(module, moving, lambda names: {n: moved[n] for n in names}, where)
    weights.axis2 = 0.001 * torch.randn_like(weights.end)
    padding = getattr(module.config, "pad_token_id", None) or 0
    objective = Objective(module, {"dev": examples}, padding, where)
    evaluator = SerialEvaluator(weights, objective)
    start_above_prefix(weights, objective, evaluator.notices)
    return evaluator


def surfaces(
    module: PreTrainedModel, examples: TokenizedExamples, device: str, precision: str
) -> dict[str, Surface]:
    """The whole encoder, its default groups, and what comes after its layers."""
    from landscape_gui.engine.prefix import PrefixForward
    from landscape_gui.runs.layer_groups import (
        default_groups,
        group_names,
        is_pooler,
        layer_count,
        parse_group,
    )

    prefix = f"{module.base_model_prefix}."
    names = tuple(name for name, _ in module.named_parameters() if name.startswith(prefix))
    layers = layer_count(names)
    moving = {WHOLE: (names, 0)}
    for group in default_groups(layers):
        moving[group.name] = group_names(names, group), group.layers[0]
    if any(is_pooler(name) for name in names):
        moving["pooler"] = group_names(names, parse_group("pooler", layers)), layers
    opened: dict[str, Surface] = {}
    for name, (members, first) in moving.items():
        # Each of its own: the parameters of a module lie in one surface's buffers.
        evaluator = open_surface(copy.deepcopy(module), members, examples, device)
        used = evaluator.objective.forward
        above = used.layers if isinstance(used, PrefixForward) else 0
        if above != first:
            raise BenchmarkError(
                f"the surface {name} starts at layer {above} instead of {first}: "
                + " ".join(evaluator.notices)
            )
        evaluator.objective.use(precision)
        limit = 1.0 if name == WHOLE else (layers - first) / layers + ALLOWANCE
        opened[name] = Surface(evaluator, first, limit)
    return opened


def measure(opened: dict[str, Surface], rounds: int, say_progress: bool) -> None:
    """Take a point of every surface in each round, in another order every time."""
    for surface in opened.values():
        surface.evaluator.submit(1.0, 0.0).result()  # what is computed once is not a point's cost
    order = random.Random(0)
    names = list(opened)
    for number in range(rounds):
        order.shuffle(names)
        for name in names:
            opened[name].measure(order.uniform(-1, 2), order.uniform(-1, 1))
        if say_progress:
            print(f"\rround {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    if say_progress:
        print(file=sys.stderr)


def shares(opened: dict[str, Surface], clock: str) -> dict[str, float]:
    """Surface → median over the rounds of its point's cost, as a share of the whole encoder's."""
    whole = getattr(opened[WHOLE], clock)
    return {
        name: statistics.median(
            part / all_of_it for part, all_of_it in zip(getattr(surface, clock), whole, strict=True)
        )
        for name, surface in opened.items()
    }


def table(opened: dict[str, Surface], what: str) -> str:
    """What was measured, for reading."""
    cpu, wall = shares(opened, "cpu"), shares(opened, "wall")
    lines = [
        what,
        "A point's cost, as a share of a point of the whole encoder (medians of paired rounds):",
        f"  {'surface':<10}{'first layer':>12}{'limit':>8}{'CPU':>8}{'wall':>8}"
        f"{'CPU time':>13}{'wall time':>13}",
    ]
    for name, surface in opened.items():
        kept = getattr(surface.evaluator.objective.forward, "kept_bytes", 0)
        lines.append(
            f"  {name:<10}{surface.first:>12}{surface.limit:>8.2f}{cpu[name]:>8.3f}"
            f"{wall[name]:>8.3f}{1000 * statistics.median(surface.cpu):>10.1f} ms"
            f"{1000 * statistics.median(surface.wall):>10.1f} ms"
            + (f"   {kept / 2**20:.1f} MiB kept" if kept else "")
        )
    return "\n".join(lines)


def positive(text: str) -> int:
    """A whole number from 1, for an option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        description="Measures what a point on the surface of the low, middle and high layers, and "
        "of the pooler, costs as a share of a point on the surface of the whole encoder. By "
        "default on random weights in the shape of MiniLM-L6 and MRPC's lengths."
    )
    options.add_argument("--model", type=Path, help="directory of a model to measure instead")
    options.add_argument("--examples", type=positive, help=f"default: {EXAMPLES}")
    options.add_argument("--rounds", type=positive, help=f"default: {ROUNDS}")
    options.add_argument("--threads", type=positive, default=1, help="of the CPU (default: 1)")
    options.add_argument("--device", default="cpu", help="cpu (default), cuda")
    options.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    options.add_argument(
        "--quick",
        action="store_true",
        help=f"{QUICK_EXAMPLES} examples, {QUICK_ROUNDS} rounds",
    )
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    return options


def main() -> int:
    """Measure and print."""
    given = parser().parse_args()
    sys.path.insert(0, str(PROJECT))
    from support.isolation import isolate

    count = given.examples or (QUICK_EXAMPLES if given.quick else EXAMPLES)
    rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    model = given.model.absolute() if given.model else None
    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as home:
        isolate(Path(home))
        try:
            opened, what = _run(model, count, rounds, given)
        except RuntimeError as error:
            print(f"{Path(__file__).name}: {error}", file=sys.stderr)
            return 1
    if not given.json:
        print(table(opened, what))
    # A process' CPU time knows nothing of what an accelerator does.
    found = shares(opened, "cpu" if given.device == "cpu" else "wall")
    print(json.dumps({"group_cost": {n: round(v, 4) for n, v in found.items() if n != WHOLE}}))
    return 0


def _run(
    model: Path | None, count: int, rounds: int, given: argparse.Namespace
) -> tuple[dict[str, Surface], str]:
    import torch

    torch.set_num_threads(given.threads)
    module = load(model) if model else random_model()
    examples = random_examples(count, module.config.vocab_size)
    opened = surfaces(module, examples, given.device, given.precision)
    measure(opened, rounds, say_progress=not given.json and sys.stderr.isatty())
    tokens = sum(len(ids) for ids in examples.input_ids)
    layers = module.config.num_hidden_layers
    what = (
        f"{model.name if model else 'Random weights in the shape of MiniLM-L6'}: {layers} layers, "
        f"{count} examples, {tokens} tokens, {given.precision}, {given.device}, "
        f"{given.threads} thread{'s' * (given.threads > 1)}, {rounds} rounds"
    )
    return opened, what


if __name__ == "__main__":
    sys.exit(main())
