"""Measures a surface in full, example by example, into ``benchmarks/reference``.

Hours on a small machine; what was measured is kept every few minutes, and the same command goes on
from there.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

DIRECTORY = Path(__file__).resolve().parents[1] / "reference"
KEPT_EVERY = 300.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="training run of a task with two classes")
    parser.add_argument("--name", required=True, help="of the file, without ending")
    parser.add_argument("--description", required=True, help="printed by time_to_surface.py")
    axis = parser.add_mutually_exclusive_group()
    axis.add_argument("--other", type=Path, help="axis 2: another run")
    axis.add_argument("--random", type=int, default=0, help="axis 2: a random direction's seed")
    axis.add_argument("--pca", action="store_true", help="axis 2: a principal component")
    parser.add_argument("--examples", type=int, default=192, help="training examples")
    parser.add_argument("--points", type=int, default=41, help="per axis")
    parser.add_argument("--tuned-on", action="store_true", help="constants may be chosen with it")
    parser.add_argument("--out", type=Path, default=DIRECTORY, help="directory to write to")
    options = parser.parse_args()
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    kept = options.out / f"{options.name}.partial.npz"
    margins, tokens = _measured(options, kept)
    np.savez_compressed(
        options.out / f"{options.name}.npz",
        # Half precision is exact to 0.0005 of a margin; a surface's error is told to 0.01 %.
        margins=margins.astype(np.float16),
        tokens=tokens.astype(np.int16),
        tuned_on=np.array(options.tuned_on),
        description=np.array(options.description),
    )
    kept.unlink(missing_ok=True)
    return 0


def _measured(options: argparse.Namespace, kept: Path) -> tuple[np.ndarray, np.ndarray]:
    """Margins, float32[m, n, examples], and the examples' lengths."""
    from landscape_gui.engine.subject import lay_plane, open_subject
    from landscape_gui.geometry.lattice import axis_points
    from landscape_gui.specs import (
        Axis2,
        ExamplesSpec,
        LatticeSpec,
        OtherRunAxis,
        PCAAxis,
        RandomAxis,
        SurfaceSpec,
    )

    axis2: Axis2 = RandomAxis(seed=options.random)
    if options.other:
        axis2 = OtherRunAxis(run=options.other)
    elif options.pca:
        axis2 = PCAAxis()
    spec = SurfaceSpec(
        run=options.run,
        axis2=axis2,
        lattice=LatticeSpec(alpha_points=options.points, beta_points=options.points),
        examples=ExamplesSpec(train=options.examples, dev=1),
    )
    opening = open_subject(spec)
    while True:
        try:
            next(opening)
        except StopIteration as end:
            subject = end.value
            break
    lay_plane(subject, axis2, None)
    alpha = axis_points(*spec.lattice.alpha_range, options.points)
    beta = axis_points(*spec.lattice.beta_range, options.points)
    tokens = np.asarray(subject.objective.tokens["train"])
    margins = np.full((len(beta), len(alpha), len(tokens)), np.nan, dtype=np.float32)
    if kept.exists():
        with np.load(kept, allow_pickle=False) as data:
            margins = data["margins"]
    subject.objective.select("training", {"train": np.arange(len(tokens))})
    last = time.monotonic()
    with subject.weights.displaced():
        for j, i in np.argwhere(np.isnan(margins).all(axis=2)).tolist():
            subject.weights.place(float(alpha[i]), float(beta[j]))
            margins[j, i] = subject.evaluator.evaluate("training")["train"].margins
            if time.monotonic() - last > KEPT_EVERY:
                np.savez(kept, margins=margins)
                last = time.monotonic()
                print(f"{np.isfinite(margins).all(axis=2).sum()} of {alpha.size * beta.size}")
                sys.stdout.flush()
    return margins, tokens


if __name__ == "__main__":
    sys.exit(main())
