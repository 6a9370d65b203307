"""Cost of a point against padding as others do, and against the limit without any padding."""

from __future__ import annotations

import argparse
import copy
import json
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

# torch and the engine are imported where they are used: --help is quick.
if TYPE_CHECKING:
    import torch

    from landscape_gui.engine.objective import Objective
    from landscape_gui.runs.tasks import TokenizedExamples

PROJECT = Path(__file__).resolve().parents[1]
EXAMPLES, QUICK_EXAMPLES = 256, 32
ROUNDS, QUICK_ROUNDS = 5, 2
SMALL_ROUNDS = 60
PADDED, ROWS = 128, 32
LIMIT_TOKENS = (1024, 2048, 4096)
FORMATS = ("float32", "bfloat16")
TARGETS = {
    "mrpc": (0.46, 0.24),
    "sst2": (0.16, 0.09),
    "rte": (0.52, 0.28),
    "mnli": (0.38, 0.21),
}

# MiniLM-L6-H384, uncased; and a BERT of 4 layers of 128.
MINILM: dict[str, Any] = {
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
}
SMALL: dict[str, Any] = {
    "hidden_size": 128,
    "num_hidden_layers": 4,
    "num_attention_heads": 2,
    "intermediate_size": 512,
}


@dataclass
class Way:
    """One way to compute, and the seconds that each round took."""

    compute: Callable[[], object]
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        self.compute()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)


def interleave(ways: dict[str, Way], rounds: int) -> None:
    """One round to warm up, then every way once per round, in changing order."""
    order = random.Random(0)
    for number in range(rounds + 1):
        names = list(ways)
        order.shuffle(names)
        for name in names:
            ways[name].run()
        if number == 0:
            for way in ways.values():
                way.cpu.clear()
                way.wall.clear()


def ratio(above: Way, below: Way, clock: str = "cpu") -> float:
    """Of the medians over the rounds."""
    return statistics.median(getattr(above, clock)) / statistics.median(getattr(below, clock))


def random_model(shape: dict[str, Any]) -> torch.nn.Module:
    """A BERT classifier with random weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    return BertForSequenceClassification(BertConfig(vocab_size=30_522, **shape)).eval()


def load(directory: Path) -> torch.nn.Module:
    """A user's model as a classifier; its head is random where it has none."""
    import torch

    from landscape_gui.runs.architecture import load_classifier

    torch.manual_seed(0)
    return load_classifier(directory)[0].eval()


def examples_of(lengths: list[int]) -> TokenizedExamples:
    """Random tokens of the given counts, with two classes."""
    import numpy as np

    from landscape_gui.runs.tasks import TokenizedExamples

    drawn = np.random.default_rng(0)
    ids = tuple(drawn.integers(1000, 30_000, size=n) for n in lengths)
    return TokenizedExamples(ids, None, drawn.integers(0, 2, size=len(lengths)))


def plain_loop(
    module: torch.nn.Module, examples: TokenizedExamples, width: int | None
) -> Callable[[], float]:
    """What others do: batches of 32 in the order of the data, padded, in float32."""
    import torch
    from torch.nn import functional

    batches = []
    for first in range(0, len(examples.labels), ROWS):
        rows = [torch.from_numpy(r) for r in examples.input_ids[first : first + ROWS]]
        longest = width or max(len(row) for row in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for k, row in enumerate(rows):
            ids[k, : len(row)] = row
            mask[k, : len(row)] = 1
        labels = torch.from_numpy(examples.labels[first : first + ROWS])
        batches.append((ids, mask, labels))

    @torch.inference_mode()
    def compute() -> float:
        total = 0.0
        for ids, mask, labels in batches:
            logits = module(input_ids=ids, attention_mask=mask).logits
            total += float(functional.cross_entropy(logits, labels, reduction="sum"))
        return total

    return compute


def objective_of(
    module: torch.nn.Module, examples: TokenizedExamples, precision: str, budget: int | None = None
) -> Objective:
    import torch

    from landscape_gui.engine.objective import Objective

    objective = Objective(module, {"dev": examples}, 0, torch.device("cpu"), budget)
    objective.use(precision)
    return objective


def measure_task(
    module: torch.nn.Module, lengths: list[int], rounds: int, formats: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Format → ratios of the time of a point."""
    examples = examples_of(lengths)
    mean = round(statistics.mean(lengths))
    equal = examples_of([mean] * round(sum(lengths) / mean))
    ways = {
        "padded": Way(plain_loop(module, examples, PADDED)),
        "longest": Way(plain_loop(module, examples, None)),
    }
    padding: dict[str, float] = {}
    for precision in formats:
        ours = objective_of(module, examples, precision)
        ways[precision] = Way(ours.measure)
        taken = sum(b.inputs["input_ids"].numel() for b in ours.batches()["dev"])
        padding[precision] = taken / sum(lengths)
        for budget in LIMIT_TOKENS:
            limit = objective_of(module, equal, precision, budget)
            ways[f"{precision} limit {budget}"] = Way(limit.measure)
    interleave(ways, rounds)
    result: dict[str, dict[str, float]] = {}
    for precision in formats:
        ours = ways[precision]
        limit = min(
            (ways[f"{precision} limit {budget}"] for budget in LIMIT_TOKENS),
            key=lambda way: statistics.median(way.cpu),
        )
        result[precision] = {
            "vs_padded": ratio(ours, ways["padded"]),
            "vs_longest": ratio(ours, ways["longest"]),
            "vs_limit": ratio(ours, limit),
            "wall_vs_padded": ratio(ours, ways["padded"], "wall"),
            "padding": padding[precision],
            "seconds": statistics.median(ours.cpu),
        }
    return result


def measure_placement(
    module: torch.nn.Module, lengths: list[int], rounds: int, formats: Sequence[str]
) -> dict[str, float]:
    """What placing costs: as a share of a point, and a whole point on few tokens."""
    import torch

    from landscape_gui.engine.packing import pack

    result: dict[str, float] = {}
    for precision in formats:
        objective, place = _on_a_plane(module, examples_of(lengths), precision)
        ways = {"place": Way(place), "measure": Way(objective.measure)}
        interleave(ways, max(rounds, 3))
        placing = ratio(ways["place"], ways["measure"])
        result[f"share_{precision}"] = placing / (1 + placing)
    few = examples_of([32] * 8)
    small = random_model(SMALL)
    objective, place = _on_a_plane(small, few, "float32")
    (batch,) = pack(few, 1024, 0, torch.device("cpu"), masks=False)
    ways = {
        "bare": Way(_bare(small, batch.inputs)),
        "point": Way(lambda: (place(), objective.measure())),
    }
    interleave(ways, SMALL_ROUNDS)
    result["few_tokens"] = ratio(ways["point"], ways["bare"])
    return result


def _bare(module: torch.nn.Module, inputs: dict[str, torch.Tensor]) -> Callable[[], object]:
    import torch

    @torch.inference_mode()
    def compute() -> object:
        return module(**inputs).logits

    return compute


def _on_a_plane(
    module: torch.nn.Module, examples: TokenizedExamples, precision: str
) -> tuple[Objective, Callable[[], None]]:
    """All encoder parameters on a random plane."""
    import torch

    from landscape_gui.engine.used_rows import place_used_rows_only
    from landscape_gui.engine.weights import FlatWeights

    # The weights take the module's parameters over: one that was measured before stays as it is.
    module = copy.deepcopy(module)
    names = [n for n, _ in module.named_parameters() if not n.startswith("classifier")]
    moved = {n: p.detach() + 1e-3 * torch.randn_like(p) for n, p in module.named_parameters()}
    weights = FlatWeights(module, names, lambda ns: {n: moved[n] for n in ns}, torch.device("cpu"))
    weights.axis2 = 1e-3 * torch.randn_like(weights.end)
    objective = objective_of(module, examples, precision)
    place_used_rows_only(weights, objective)
    return objective, lambda: weights.place(0.4, 0.7)


def table(report: dict[str, Any], described: str) -> str:
    """For reading."""
    lines = [
        f"{described}.",
        "CPU time of a point, ours over the others' (wall time in brackets).",
        "",
        f"{'':6}{'':10}{'padded to 128':>20}{'target':>8}{'to longest':>12}{'limit':>8}"
        f"{'padding':>9}{'seconds':>9}",
    ]
    for task, targets in TARGETS.items():
        if task not in report:
            continue
        for precision, target in zip(FORMATS, targets, strict=True):
            if precision not in report[task]:
                continue
            found = report[task][precision]
            padded = f"{found['vs_padded']:.3f} ({found['wall_vs_padded']:.3f})"
            lines.append(
                f"{task:6}{precision:10}{padded:>20}{target:>8}{found['vs_longest']:>12.3f}"
                f"{found['vs_limit']:>8.3f}{found['padding']:>9.3f}{found['seconds']:>9.3f}"
            )
    placement = report["placement"]
    lines += [
        "",
        "Placing a point, as a share of the point (MRPC): "
        + ", ".join(
            f"{100 * placement[f'share_{p}']:.1f} % in {p}"
            for p in FORMATS
            if f"share_{p}" in placement
        )
        + "; target 2 %.",
        "A point on 8 sequences of 32 tokens (BERT 4×128): "
        f"{placement['few_tokens']:.2f} × the bare forward; target 1.2.",
    ]
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    """The options."""
    description = (
        "Times one point (a pass over the examples) with examples as long as those of four GLUE "
        "tasks: ours in float32 and bfloat16, against padding to 128 tokens in batches of 32, "
        "padding to the longest of each batch, and equal-length batches without any padding. "
        "Interleaved in one process; CPU time and wall time. Needs neither data nor a model."
    )
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--model", type=Path, help="a model directory, for random weights")
    options.add_argument("--examples", type=int, help=f"per task (default: {EXAMPLES})")
    options.add_argument("--rounds", type=int, help=f"of every way (default: {ROUNDS})")
    options.add_argument("--threads", type=int, default=1, help="of PyTorch (default: 1)")
    options.add_argument("--tasks", nargs="+", choices=list(TARGETS), default=list(TARGETS))
    options.add_argument(
        "--formats",
        nargs="+",
        choices=FORMATS,
        default=list(FORMATS),
        help="number formats (default: both; bfloat16 says little on a processor without it)",
    )
    options.add_argument("--quick", action="store_true", help="few examples and rounds")
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    return options


def main() -> int:
    """Measure and print."""
    given = parser().parse_args()
    sys.path[:0] = [str(PROJECT), str(PROJECT / "benchmarks")]
    from support.isolation import isolate
    from support.task_lengths import task_lengths

    count = given.examples or (QUICK_EXAMPLES if given.quick else EXAMPLES)
    rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    if min(count, rounds, given.threads) < 1:
        parser().error("--examples, --rounds and --threads must be at least 1")
    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as directory:
        isolate(Path(directory))
        import torch

        torch.set_num_threads(given.threads)
        module = load(given.model) if given.model else random_model(MINILM)
        report: dict[str, Any] = {
            task: measure_task(module, task_lengths(task, count), rounds, given.formats)
            for task in given.tasks
        }
        report["placement"] = measure_placement(
            module, task_lengths("mrpc", count), rounds, given.formats
        )
    if not given.json:
        described = (
            f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}, {given.threads} "
            f"thread(s), {count} examples, {rounds} rounds, "
            f"{given.model.name if given.model else 'random weights of MiniLM’s shape'}"
        )
        print(table(report, described), end="\n\n")
    print(json.dumps({"point_cost": report}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
