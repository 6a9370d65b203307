"""Several threads: a batch for each, against torch's way of parting every operation among them."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from group_cost import positive, random_examples, random_model

# torch and the engine are imported where they are used: --help is quick.
if TYPE_CHECKING:
    from landscape_gui.engine.objective import Objective

PROJECT = Path(__file__).resolve().parents[1]
PRECISIONS = ("float32", "bfloat16")
EXAMPLES, QUICK_EXAMPLES = 128, 32
ROUNDS, QUICK_ROUNDS = 9, 3


def measure(ways: dict[str, Objective], rounds: int) -> dict[str, float]:
    """Way → median wall seconds of a pass over all examples, the ways taking turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, objective in ways.items():
            began = time.perf_counter()
            objective.evaluate()
            if turn:  # the first sets things up
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(of) for name, of in times.items()}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description="Measures a pass of MiniLM-L6 (random weights) over examples as long as MRPC's "
        "with several threads of the CPU: batches side by side, one thread each, as the program "
        "does it, and one batch after the other, whose operations torch parts among the threads."
    )
    parser.add_argument("--examples", type=positive, help=f"default: {EXAMPLES}")
    parser.add_argument("--rounds", type=positive, help=f"default: {ROUNDS}")
    parser.add_argument("--threads", type=positive, help="default: torch's own")
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_EXAMPLES} examples, {QUICK_ROUNDS} rounds"
    )
    parser.add_argument("--json", action="store_true", help="print the line of JSON only")
    given = parser.parse_args()
    count = given.examples or (QUICK_EXAMPLES if given.quick else EXAMPLES)
    rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    sys.path.insert(0, str(PROJECT))
    from support.isolation import isolate

    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as home:
        isolate(Path(home))
        threads, found = _run(count, rounds, given.threads)
    if not given.json:
        print(f"MiniLM-L6, {count} examples as long as MRPC's, {threads} threads, {rounds} rounds")
        print(f"  {'':<10}{'side by side':>16}{'parted by torch':>18}{'ratio':>8}")
        for name, of in found.items():
            beside, parted = of["side_by_side_s"], of["parted_s"]
            print(f"  {name:<10}{beside:>14.3f} s{parted:>16.3f} s{of['ratio']:>8.2f}")
    print(json.dumps({"side_by_side": {"threads": threads, **found}}))
    return 0


def _run(count: int, rounds: int, threads: int | None) -> tuple[int, dict[str, dict[str, float]]]:
    import torch

    from landscape_gui.engine.objective import Objective

    torch.set_num_threads(threads or torch.get_num_threads())
    module = random_model()
    splits = {"dev": random_examples(count, module.config.vocab_size)}
    device = torch.device("cpu")
    # One module for both: each puts its kernels into it for the time of a pass only.
    ways = {
        "side_by_side_s": Objective(module, splits, 0, device),
        "parted_s": Objective(module, splits, 0, device, at_once=1),
    }
    found = {}
    for precision in PRECISIONS:
        for objective in ways.values():
            objective.use(precision)
        seconds = measure(ways, rounds)
        ratio = seconds["parted_s"] / seconds["side_by_side_s"]
        found[precision] = {k: round(v, 4) for k, v in (*seconds.items(), ("ratio", ratio))}
    return torch.get_num_threads(), found


if __name__ == "__main__":
    sys.exit(main())
