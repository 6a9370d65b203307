"""Memory of a surface of BERT-large on the CPU, against that of its parameters."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

PROJECT = Path(__file__).resolve().parents[1]
POINTS = ((0.0, 0.0), (1.0, 0.0), (-1.5, 0.7))
EXAMPLES = 24
PHASES = {
    "program": "the program itself, a very small model measured",
    "opening": "opening the run: model, θ0, θ1",
    "batches": "packing examples, trying batch sizes",
    "plane": "the random axis, norms and inner products",
    "record": "hashes and history of the run",
    "points": f"{len(POINTS)} points",
}
Result = TypeVar("Result")


def _result(events: Generator[object, None, Result]) -> Result:
    """Run a generator of events to its end."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def measured(warm_up: Path, run: Path) -> None:
    """In the measured process: what a surface job does, but for the file.

    First with a very small model: what is loaded on first use belongs to the program.
    """
    from support.resident_memory import announce

    _surface(warm_up, lambda phase: None)
    announce("program")
    _surface(run, announce)
    announce("end")


def _surface(run: Path, begin: Callable[[str], None]) -> None:
    from landscape_gui.engine import subject as subjects
    from landscape_gui.engine.objective import Objective
    from landscape_gui.specs import RandomAxis, SurfaceSpec

    def objective(*given: Any) -> Objective:
        begin("batches")
        return Objective(*given)

    subjects.Objective = objective  # type: ignore[misc]
    spec = SurfaceSpec(run=run, axis2=RandomAxis(seed=1), device="cpu")
    begin("opening")
    subject = _result(subjects.open_subject(spec))
    begin("plane")
    plane = subjects.lay_plane(subject, spec.axis2, None)
    begin("record")
    subjects.run_record(subject, plane)
    begin("points")
    with subject.weights.displaced():
        for along, across in POINTS:
            subject.evaluator.submit(along, across).result()


def measure(size: str) -> dict[str, Any]:
    """Write a run of a random model, measure points of it, and say what memory that took."""
    from support.random_run import write_run
    from support.resident_memory import watch

    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as directory:
        home = Path(directory)
        write_run(home / "warm-up", "small", EXAMPLES)
        parameters = write_run(home / "model", size, EXAMPLES)
        runs = [str(home / name / "run") for name in ("warm-up", "model")]
        phases = watch([sys.executable, __file__, "--child", *runs])
    program = phases["program"].begin
    peak = max(phase.peak for phase in phases.values())
    # The C library keeps what the batches took that were tried, and gives it to later ones.
    activations = sum(phases[name].peak - phases[name].begin for name in ("batches", "points"))
    return {
        "phases": phases,
        "parameters_bytes": parameters,
        "peak_rss_bytes": peak,
        "ratio": round((peak - program - activations) / parameters, 3),
        "activations_bytes": activations,
        "program_bytes": program,
    }


def table(result: dict[str, Any], size: str) -> str:
    """What was measured, for reading."""
    parameters = result["parameters_bytes"]

    def row(what: str, count: int, rest: str = "") -> str:
        return f"  {what:<46}{count / 2**20:>9.0f} MiB{count / parameters:>8.2f} ×{rest}"

    lines = [
        f"Random BERT-{size}, float32 on the CPU; resident memory, × = of the parameters:",
        row("parameters", parameters),
        "Peak of anonymous memory (and with mapped files) in each phase:",
    ]
    for name, what in PHASES.items():
        phase = result["phases"][name]
        lines.append(row(what, phase.peak, f"   ({phase.peak_with_files / 2**20:.0f} MiB)"))
    lines += [
        "Of the highest peak:",
        row("the program itself, before it opened the run", result["program_bytes"]),
        row("activations: what batches and points added", result["activations_bytes"]),
        row("weights, directions and all else", round(result["ratio"] * parameters)),
    ]
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        description="Measures the peak of resident memory while points of a surface of a random "
        "BERT-large (334 M parameters) are measured on the CPU in a process of its own, from its "
        "start to the last point. Needs Linux, 3 GB of disk for the run and 6 GB of memory "
        "(--quick: 1 GB and 2 GB)."
    )
    options.add_argument("--quick", action="store_true", help="BERT-base instead of BERT-large")
    options.add_argument("--size", choices=("small", "base", "large"), help="of the model")
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    options.add_argument("--child", type=Path, nargs=2, help=argparse.SUPPRESS)
    return options


def main() -> int:
    """Measure and print."""
    given = parser().parse_args()
    sys.path.insert(0, str(PROJECT))
    if given.child is not None:
        measured(*given.child)
        return 0
    from support.isolation import isolate

    if not Path("/proc/self/status").exists():
        print("memory.py: resident memory is read from /proc, which this system has not.")
        print(json.dumps({"memory": None}))
        return 0
    size = given.size or ("base" if given.quick else "large")
    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as home:
        isolate(Path(home))
        try:
            result = measure(size)
        except RuntimeError as error:
            print(f"{Path(__file__).name}: {error}", file=sys.stderr)
            return 1
    if not given.json:
        print(table(result, size))
    promised = (
        "parameters_bytes",
        "peak_rss_bytes",
        "ratio",
        "activations_bytes",
        "program_bytes",
    )
    print(json.dumps({"memory": {key: result[key] for key in promised}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
