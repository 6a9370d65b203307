"""A job that measures nothing and delivers points as fast as they can be sent."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from landscape_gui.engine.events import (
    Done,
    Event,
    FileReady,
    Measurement,
    PointMeasured,
    RunDescription,
    Target,
)
from landscape_gui.specs import JobSpec, TaskSpec

POINTS = 20_000
SIDE = 143
"""Points along each axis of the surface, which is not filled to the last."""
NAME = "full-random0"


def burst(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Deliver ``POINTS`` points of the surface that ``out`` holds."""
    assert out is not None
    target, total = Target(out, "surface", NAME), SIDE * SIDE
    yield FileReady(target, 0, total)
    for done in range(POINTS):
        j, i = divmod(done, SIDE)
        loss = 1.0 + (j % 20) / 20 + (i % 10) / 20
        values = {"train_loss": loss, "dev_loss": loss}
        yield PointMeasured(
            target, j, i, float(i), float(j), done, Measurement(values), done + 1, total
        )
    yield Done("complete", out)


def describe(path: Path, base: Path | None = None, task: TaskSpec | None = None) -> RunDescription:
    """No run is described here."""
    raise NotImplementedError(path)
