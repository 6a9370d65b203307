"""Cost of a surface against its error: every point, adaptive, two fidelities, and both."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "benchmarks"))

# Before numpy is loaded: planning is timed on one core, and threads that wait for work would count.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

TOLERANCE = 0.01
MODES = ("exact", "adaptive", "two_fidelity", "both")
# Of a 41 × 41 surface to 1 %: cost that is not to be exceeded.
GOALS = {"adaptive": 0.2, "both": 0.12}
TITLES = {
    "exact": "every point",
    "adaptive": "adaptive",
    "two_fidelity": "two fidelities",
    "both": "both",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="share of the range")
    parser.add_argument("--run", type=Path, help="live part: a training run instead of the demo's")
    parser.add_argument("--other", type=Path, help="with --run: the run that spans axis 2")
    parser.add_argument("--points", type=int, default=41, help="live part: points per axis")
    parser.add_argument("--examples", type=int, default=128, help="live part: training examples")
    parser.add_argument("--quick", action="store_true", help="one stored surface, no live model")
    parser.add_argument(
        "--seeds", type=int, help="stored surfaces only, with so many seeds each: what is luck"
    )
    parser.add_argument("--json", action="store_true", help="print the JSON line only")
    options = parser.parse_args()
    quiet = options.json
    if not 1e-4 <= options.tolerance <= 0.5:
        parser.error("--tolerance is a share of the range, from 0.0001 to 0.5")
    if options.seeds is not None and options.seeds < 2:
        parser.error("--seeds must be at least 2")
    if min(options.points, options.examples) < 5:
        parser.error("--points and --examples must be at least 5")
    if options.other and not options.run:
        parser.error("--other needs --run")
    for path in (options.run, options.other):
        if path is not None and not path.is_dir():
            parser.error(f"{path} is not a directory with a training run")

    from support import reference_surface

    found: dict[str, Any] = {}
    names = reference_surface.names()
    if options.quick:
        names = [name for name in names if not reference_surface.load(name).tuned_on][:1]
    if options.seeds:
        return _over_seeds(names, options.tolerance, options.seeds, quiet)
    for name in names:
        reference = reference_surface.load(name)
        found[name] = _stored(reference, options.tolerance)
        if not quiet:
            _print(reference.name, reference.description, reference.tuned_on, found[name])
    if not options.quick:
        with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as directory:
            title, live = _live(Path(directory), options)
        found["live"] = live
        if not quiet:
            _print("live", title, False, live)

    unseen = [name for name in names if not reference_surface.load(name).tuned_on]
    shown = (unseen or list(found))[0]
    line = {**{mode: found[shown][mode] for mode in MODES}, "surface": shown}
    print(json.dumps({"time_to_surface": {**line, "surfaces": found}}))
    return 0


def _stored(reference: Any, tolerance: float) -> dict[str, Any]:
    from support.reference_surface import replay

    rows: dict[str, Any] = {"exact": {"cost": 1.0, "error_p95": 0.0, "error_max": 0.0}}
    settings = {
        "adaptive": {"sampling": False},
        "two_fidelity": {"sampling": True, "everywhere": True},
        "both": {"sampling": True},
    }
    for mode, keywords in settings.items():
        began = time.process_time()
        outcome = replay(reference, tolerance, **keywords)
        rows[mode] = {
            "cost": outcome.cost,
            "error_p95": outcome.error_p95,
            "error_max": outcome.error_max,
            "stated_p95": outcome.stated,
            "measured": outcome.whole,
            "sampled": outcome.some,
            "first_pictures": {str(k): v for k, v in outcome.first.items()},
            "planning_cpu_s": time.process_time() - began,
        }
    return rows


def _over_seeds(names: list[str], tolerance: float, seeds: int, quiet: bool) -> int:
    from support.reference_surface import load, luck, replay

    found: dict[str, Any] = {}
    if not quiet:
        columns = f"{'cost':>8}{'error p95':>11}{'stated':>8}{'covered':>9}{'reached':>9}{'met':>6}"
        print(f"{'':34}{columns}")
    for name in names:
        reference, found[name] = load(name), {}
        for mode, goal in GOALS.items():
            outcomes = [
                replay(reference, tolerance, sampling=mode == "both", seed=seed)
                for seed in range(seeds)
            ]
            of = luck(outcomes, tolerance, goal)
            found[name][mode] = asdict(of)
            if not quiet:
                print(
                    f"{name:24}{TITLES[mode]:10}{100 * of.cost:7.1f}%{100 * of.error_p95:10.2f}%"
                    f"{100 * of.stated:7.2f}%{100 * of.covered:8.0f}%{100 * of.reached:8.0f}%"
                    f"{100 * of.met:5.0f}%"
                )
    print(json.dumps({"time_to_surface": {"seeds": found}}))
    return 0


def _live(directory: Path, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The same through the real job: costs in CPU seconds, errors against its exact surface."""
    import numpy as np

    from landscape_gui.engine.jobs import run_job
    from landscape_gui.specs import (
        Axis2,
        ExamplesSpec,
        LatticeSpec,
        OtherRunAxis,
        RandomAxis,
        SurfaceSpec,
    )
    from landscape_gui.store.landscape_file import read_landscape

    if options.run is None:
        run, axis = _demo_run(directory), RandomAxis(seed=0)
        title = f"the demonstration's model on {run.name}, random axis"
    else:
        run = options.run
        axis: Axis2 = OtherRunAxis(run=options.other) if options.other else RandomAxis(seed=0)
        title = f"{run.name}"
    settings: dict[str, dict[str, Any]] = {
        "exact": {},
        "adaptive": {"tolerance": options.tolerance, "two_fidelity": "off"},
        "two_fidelity": {"two_fidelity": "on"},
        "both": {"tolerance": options.tolerance},
    }
    rows: dict[str, Any] = {}
    truth: np.ndarray | None = None
    whole = 0.0
    for mode, keywords in settings.items():
        spec = SurfaceSpec(
            run=run,
            axis2=axis,
            examples=ExamplesSpec(train=options.examples, dev=64),
            lattice=LatticeSpec(alpha_points=options.points, beta_points=options.points),
            **keywords,
        )
        out = directory / f"{mode}.landscape.h5"
        began = time.process_time()
        for _ in run_job(spec, out):
            pass
        seconds = time.process_time() - began
        record = next(iter(read_landscape(out).surfaces.values()))
        values = record.estimates.get("train_loss", record.values["train_loss"])
        if truth is None:
            truth, whole = values, seconds
        off = np.abs(values - truth) / np.ptp(truth)
        rows[mode] = {
            "cost": seconds / whole,
            "error_p95": float(np.quantile(off, 0.95)),
            "error_max": float(off.max()),
            "cpu_s": seconds,
        }
        if note := record.notes.get("refinement"):
            rows[mode]["measured"] = note["measured"]
            rows[mode]["sampled"] = note["sampled"]
            rows[mode]["stated_p95"] = note["errors"].get("train_loss")
            rows[mode]["cost_in_points"] = note["cost"] / note["lattice"]
    return f"{title}, {options.examples} training and 64 development examples", rows


def _demo_run(directory: Path) -> Path:
    from landscape_gui.engine.jobs import run_job
    from landscape_gui.specs import DemoSpec

    for _ in run_job(DemoSpec(out=directory / "demo", points=5), None):
        pass
    return directory / "demo" / "runs" / "match-pretrained"


def _print(name: str, description: str, tuned_on: bool, rows: dict[str, Any]) -> None:
    seen = "seen while the schedule was tuned" if tuned_on else "not used for tuning"
    print(f"\n{name}: {description} ({seen})")
    header = f"{'':16}{'cost':>8}{'error p95':>11}{'max':>8}{'stated':>8}{'points':>8}{'some':>6}"
    print(header)
    for mode in MODES:
        row = rows[mode]
        stated = row.get("stated_p95")
        print(
            f"{TITLES[mode]:16}{100 * row['cost']:7.1f}%{100 * row['error_p95']:10.2f}%"
            f"{100 * row['error_max']:7.1f}%"
            + (f"{100 * stated:7.2f}%" if stated is not None else f"{'–':>8}")
            + (f"{row['measured']:8}{row['sampled']:6}" if "measured" in row else "")
        )
    for points, error in rows["adaptive"].get("first_pictures", {}).items():
        print(f"  after {points} points the picture is off by {100 * error:.1f} % (p95)")


if __name__ == "__main__":
    sys.exit(main())
