"""Share of a GPU's matrix peak that points of BERT-large on MRPC-shaped data reach."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from landscape_gui.engine.evaluator import SerialEvaluator
    from landscape_gui.runs.tasks import TokenizedExamples

PROJECT = Path(__file__).resolve().parents[1]
# Train and dev examples of a point: a thousand, and MRPC's dev split.
EXAMPLES = {"train": 1000, "dev": 408}
QUICK_EXAMPLES = {"train": 64, "dev": 32}
POINTS, QUICK_POINTS = 20, 5
# Sides of the square matrices whose product gives the peak: the best one counts.
SIDES = {"cuda": (4096, 8192, 16_384), "cpu": (256, 512)}


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds(run: Callable[[], object], device: torch.device, times: int) -> list[float]:
    """Wall time of each of ``times`` runs, after one that is not counted."""
    taken = []
    for _ in range(times + 1):
        synchronize(device)
        began = time.perf_counter()
        run()
        synchronize(device)
        taken.append(time.perf_counter() - began)
    return taken[1:]


def matrix_peak(device: torch.device) -> float:
    """Operations per second of the fastest bfloat16 product of two square matrices."""
    import torch

    best = 0.0
    for side in SIDES[device.type]:
        a, b = (torch.randn(side, side, device=device).bfloat16() for _ in range(2))
        out = torch.empty_like(a)

        def several(a: torch.Tensor = a, b: torch.Tensor = b, out: torch.Tensor = out) -> None:
            for _ in range(5):
                torch.matmul(a, b, out=out)

        best = max(best, 5 * 2 * side**3 / median(seconds(several, device, 5)))
    return best


def examples_like_mrpc(count: int, vocabulary: int, seed: int) -> TokenizedExamples:
    """Random tokens in sequences as long as MRPC's."""
    import numpy as np
    from support.random_run import mrpc_lengths

    from landscape_gui.runs.tasks import TokenizedExamples

    random = np.random.default_rng(seed)
    ids = tuple(random.integers(5, vocabulary, size=n) for n in mrpc_lengths(count, seed))
    return TokenizedExamples(ids, None, random.integers(0, 2, size=count))


def operations(config: Any, splits: Mapping[str, TokenizedExamples]) -> float:
    """Operations of the matrix products of one point, for the real tokens alone.

    A multiplication and an addition count as two, in the layers' linear maps, attention and the
    pooler; embeddings, normalisation and the like count as nothing.
    """
    h, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    total = 0
    for data in splits.values():
        for ids in data.input_ids:
            n = len(ids)
            total += layers * (2 * n * (4 * h * h + 2 * h * inner) + 4 * n * n * h) + 2 * h * h
    return float(total)


def build(size: str, device: torch.device, counts: Mapping[str, int]) -> tuple[Any, float, int]:
    """A random model in an evaluator; the operations and the tokens of a point."""
    import torch
    from support.random_run import bert_config
    from transformers import BertForSequenceClassification

    from landscape_gui.engine.directions import random_direction
    from landscape_gui.engine.evaluator import SerialEvaluator
    from landscape_gui.engine.objective import Objective
    from landscape_gui.engine.weights import FlatWeights

    torch.manual_seed(0)
    config = bert_config(size)
    module = BertForSequenceClassification(config)
    names = [name for name, _ in module.named_parameters() if name.startswith("bert.")]

    def start(wanted: Sequence[str]) -> dict[str, torch.Tensor]:
        now = dict(module.named_parameters())
        found = {name: now[name].detach().cpu() for name in wanted}
        return {name: value + 2e-3 * torch.randn_like(value) for name, value in found.items()}

    weights = FlatWeights(module, names, start, device)
    weights.axis2 = random_direction(weights, 1).mul_(0.01)
    splits = {
        split: examples_like_mrpc(count, config.vocab_size, seed)
        for seed, (split, count) in enumerate(counts.items())
    }
    objective = Objective(module, splits, 0, device)
    tokens = sum(len(ids) for data in splits.values() for ids in data.input_ids)
    return SerialEvaluator(weights, objective), operations(config, splits), tokens


def points_per_second(evaluator: SerialEvaluator, device: torch.device, points: int) -> float:
    """From the median time of points, each placed anew, after those that only warm up."""
    from landscape_gui.engine.cuda_graphs import PATIENCE

    places = iter(range(10_000))

    def point() -> None:
        at = next(places)
        evaluator.submit(0.9 + 0.001 * at, 0.01 * at).result()

    for _ in range(PATIENCE + 2):
        point()
    return 1 / median(seconds(point, device, points))


def significant(value: float) -> float:
    """Rounded to four digits, of a processor's thousandths too."""
    return float(f"{value:.4g}")


def measure(device: torch.device, size: str, quick: bool) -> dict[str, Any]:
    """Peak of the device, and what points reach of it, with CUDA graphs and without."""
    import torch

    from landscape_gui.engine.cuda_graphs import CudaRecorder, GraphedForward

    peak = matrix_peak(device)
    evaluator, work, tokens = build(size, device, QUICK_EXAMPLES if quick else EXAMPLES)
    objective = evaluator.objective
    objective.use("bfloat16")
    points = QUICK_POINTS if quick else POINTS
    rate = plain = points_per_second(evaluator, device, points)
    graphs = 0
    if device.type == "cuda":
        objective.forward = GraphedForward(
            objective.forward, CudaRecorder(device), evaluator.notices
        )
        rate = points_per_second(evaluator, device, points)
        graphs = objective.forward.graphs
    is_gpu = device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(device) if is_gpu else "cpu",
        "model": f"bert-{size}",
        "precision": "bfloat16",
        "points_per_s": significant(rate),
        "points_per_s_without_graphs": significant(plain),
        "graphs": graphs,
        "batches": sum(len(batches) for batches in objective.batches().values()),
        "tokens_per_point": tokens,
        "tflop_per_point": significant(work / 1e12),
        "peak_tflops": significant(peak / 1e12),
        "share": significant(rate * work / peak),
        "notices": list(evaluator.notices),
    }


def table(result: dict[str, Any]) -> str:
    """What was measured, for reading."""
    lines = [
        f"{result['device']}: {result['peak_tflops']:.1f} TFLOP/s in bfloat16 matrix products.",
        f"Random {result['model']}, {result['tokens_per_point']} tokens a point in "
        f"{result['batches']} batches, {result['tflop_per_point']:.3g} TFLOP of matrix products.",
        f"  {'points/s':<42}{result['points_per_s']:>9.2f}",
        f"  {'points/s without CUDA graphs':<42}{result['points_per_s_without_graphs']:>9.2f}",
        f"  {'batches replayed as graphs':<42}{result['graphs']:>9}",
        f"  {'share of the peak':<42}{100 * result['share']:>8.1f}%",
    ]
    return "\n".join(lines + [f"  {notice}" for notice in result["notices"]])


def _device(text: str) -> str:
    kind, _, index = text.partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is neither cpu nor a CUDA device")
    return text


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        description="Measures points of a random BERT-large (334 M parameters) in bfloat16 on "
        "sequences as long as MRPC's, and says which share of the device's matrix peak, measured "
        "in the same run, their matrix products reach. Needs a CUDA device; with --device cpu it "
        "measures a small model on the CPU, which says nothing of GPUs."
    )
    options.add_argument(
        "--device", default="cuda", type=_device, help="cuda (default), cuda:1, cpu"
    )
    options.add_argument("--size", choices=("small", "base", "large"), help="of the model")
    options.add_argument("--quick", action="store_true", help="fewer examples and points")
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    return options


def main() -> int:
    """Measure and print."""
    given = parser().parse_args()
    sys.path.insert(0, str(PROJECT))
    from support.isolation import isolate

    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as home:
        isolate(Path(home))
        import torch

        device = torch.device(given.device)
        on_cpu = device.type == "cpu"
        if not on_cpu and (device.index or 0) >= torch.cuda.device_count():
            if not given.json:
                print("There is no GPU here that PyTorch can use: nothing was measured.")
            print(json.dumps({"device_peak": None}))
            return 0
        result = measure(device, given.size or ("small" if on_cpu else "large"), given.quick)
    if not given.json:
        print(table(result))
    print(json.dumps({"device_peak": result}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
