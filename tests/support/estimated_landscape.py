"""A made-up surface of which some points are measured, some on few examples, the rest estimated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import synthetic_landscape

from landscape_gui.store.records import LandscapeRecord, SurfaceRecord

NAME = "full-random0"
EXAMPLES = {"train": 512, "dev": 872}
FEW = {"train": 24, "dev": 32}
ERRORS = {"train_loss": 0.009, "train_error": 0.012, "dev_loss": 0.008, "dev_error": 0.014}


def kinds(points: int = 41, sampled: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """bool[m, n] twice: which points are measured in full, and which on few examples.

    Every fourth, and those where the surface bends; every second on few examples.
    """
    axis = np.linspace(-4, 4, points)
    loss = synthetic_landscape.loss(axis[None, :], axis[:, None])
    bend = np.abs(np.gradient(np.gradient(loss, axis=0), axis=0))
    bend += np.abs(np.gradient(np.gradient(loss, axis=1), axis=1))
    measured = bend > np.quantile(bend, 0.88)
    measured[::4, ::4] = True
    few = np.zeros_like(measured)
    few[::2, ::2] = sampled
    return measured, few


def surface(points: int = 41, sampled: bool = True, doubt: float = 1.0) -> SurfaceRecord:
    """As ``synthetic_landscape.surface``; ``doubt`` scales errors and bounds of the estimates."""
    whole = synthetic_landscape.surface("", points)
    measured, few = kinds(points, sampled)
    order = np.full(measured.shape, -1, dtype=np.int64)
    order[measured] = np.arange(measured.sum())
    few_order = np.full(measured.shape, -1, dtype=np.int64)
    few_order[few] = np.arange(few.sum())
    rng = np.random.default_rng(3)
    estimates, bounds = {}, {}
    for metric, value in whole.values.items():
        span = float(np.ptp(value)) * doubt
        bound = np.where(few, 0.006, 0.012) * span * rng.uniform(0.5, 1.5, value.shape)
        bounds[metric] = np.where(measured, 0.0, bound)
        error = 0.4 * bound * rng.standard_normal(value.shape)
        estimates[metric] = np.where(measured, value, value + error)
    errors = {metric: share * doubt for metric, share in ERRORS.items()}
    refinement = {
        "tolerance": 0.01,
        "measured": int(measured.sum()),
        "sampled": int((few & ~measured).sum()),
        "lattice": points * points,
        "cost": 0.2,
        "errors": errors,
        "audit": {
            metric: {"points": 40, "p95": 0.9 * share, "covered": 0.97}
            for metric, share in errors.items()
        },
        "two_fidelity": {"used": sampled, "reason": "cheaper"},
    }
    return replace(
        whole,
        values={m: np.where(measured, v, np.nan) for m, v in whole.values.items()},
        standard_errors={
            m: np.where(measured, e, np.nan) for m, e in whole.standard_errors.items()
        },
        order=order,
        spec=whole.spec | {"tolerance": 0.01, "two_fidelity": "auto"},
        notes={"refinement": refinement, "examples": EXAMPLES},
        estimates=estimates,
        bounds=bounds,
        few_order=few_order if sampled else None,
        few_examples={split: np.where(few, k, 0) for split, k in FEW.items()} if sampled else {},
    )


def landscape(
    path: Path = Path("estimated.landscape.h5"), points: int = 41, **how: float
) -> LandscapeRecord:
    """A whole file whose first surface is estimated."""
    record = synthetic_landscape.landscape(path, "sst2-bert-base", points, groups=("low",))
    surfaces = record.surfaces | {NAME: surface(points, **how)}  # type: ignore[arg-type]
    return replace(record, surfaces=surfaces)
