"""An adaptive job without torch: coarse points, estimates, points on few examples, the end."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import synthetic_landscape

from landscape_gui.engine.events import (
    Done,
    Estimated,
    Event,
    FileReady,
    LevelComplete,
    Measurement,
    PointMeasured,
    PointSampled,
    Stage,
    Target,
)
from landscape_gui.specs import JobSpec

POINTS = 21
AXIS = np.linspace(-4, 4, POINTS)
ERRORS = {"train_loss": 0.024, "dev_loss": 0.02, "train_error": 0.05, "dev_error": 0.05}


def truth() -> dict[str, np.ndarray]:
    """Metric → float64[21, 21]."""
    return synthetic_landscape.metrics_at(AXIS[None, :], AXIS[:, None])


def coarse_points() -> list[tuple[int, int]]:
    """Every fourth point."""
    return [(j, i) for j in range(0, POINTS, 4) for i in range(0, POINTS, 4)]


def estimated(target: Target, off: float = 0.01) -> Estimated:
    """The truth, by ``off`` too high where only estimated, with bounds of twice that."""
    measured = np.zeros((POINTS, POINTS), dtype=bool)
    measured[tuple(np.array(coarse_points()).T)] = True
    return Estimated(
        target,
        {metric: np.where(measured, v, v + off) for metric, v in truth().items()},
        {
            metric: np.where(measured, 0.0, np.full_like(v, 2 * off))
            for metric, v in truth().items()
        },
        dict(ERRORS),
    )


def measured(target: Target, j: int, i: int, done: int) -> PointMeasured:
    """A point with the true values."""
    values = {metric: float(v[j, i]) for metric, v in truth().items()}
    errors = {metric: 0.02 * value for metric, value in values.items()}
    return PointMeasured(
        target, j, i, AXIS[i], AXIS[j], done - 1, Measurement(values, errors), done, POINTS**2
    )


def sampled(target: Target, j: int, i: int, done: int) -> PointSampled:
    """A point on few examples."""
    values = {metric: float(v[j, i]) * 1.1 for metric, v in truth().items()}
    return PointSampled(
        target, j, i, AXIS[i], AXIS[j], values, done, POINTS**2, {"train": 24, "dev": 40}
    )


def _until_estimated(target: Target) -> Iterator[Event]:
    yield Stage("Measuring")
    yield FileReady(target, 0, POINTS**2)
    for done, (j, i) in enumerate(coarse_points(), 1):
        yield measured(target, j, i, done)
    yield LevelComplete(target, 1, 5, {"train_loss": 0.11, "dev_loss": 0.1})
    yield estimated(target)
    yield sampled(target, 2, 2, len(coarse_points()) + 1)


def adaptive(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Ends with most points estimated."""
    target = Target(out or Path("fake"), "surface", "full-random0")
    yield from _until_estimated(target)
    yield Done("complete", target.file)


def adaptive_and_waiting(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """As ``adaptive``, and then measures one point again and again."""
    target = Target(out or Path("fake"), "surface", "full-random0")
    yield from _until_estimated(target)
    while True:
        time.sleep(0.05)
        yield measured(target, 0, 0, len(coarse_points()) + 2)
