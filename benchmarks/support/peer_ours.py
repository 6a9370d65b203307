"""Our own surface through the job that the window and the command line start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from support.peer_problem import Problem
from support.peer_timing import CLOSE, Cost

from landscape_gui.engine.events import Done, FileReady, Notice, PointMeasured, PointSampled
from landscape_gui.engine.jobs import run_job
from landscape_gui.specs import SurfaceSpec
from landscape_gui.store.reading import read_landscape
from landscape_gui.store.records import SurfaceRecord

# What bfloat16 may move a loss by, as a share of the range: FIELD's largest measured deviation.
BFLOAT16 = 0.005


class OurJob:
    """A surface job that is run a few points at a time; only the time inside it counts."""

    def __init__(self, spec: SurfaceSpec, out: Path) -> None:
        self.spec, self.out = spec, out
        self.cost = Cost(0.0, 0.0)
        self.points = self.sampled = self.total = 0
        self.notices: list[str] = []
        self.finished = False
        self.failure = ""
        self._events = run_job(spec, out)

    def advance(self, points: float) -> None:
        """Go on until so many points are measured or sampled, or to the end.

        A failure ends the job, and not what was measured of the others.
        """
        while not self.finished and self.points + self.sampled < points:
            begin = Cost.now()
            try:
                event = next(self._events, None)
            except Exception as error:
                self.failure = f"{type(error).__name__}: {error}"
                event = None
            took = Cost.now().since(begin)
            self.cost = Cost(self.cost.wall + took.wall, self.cost.cpu + took.cpu)
            match event:
                case PointMeasured():
                    self.points += 1
                case PointSampled():
                    self.sampled += 1
                case FileReady(total=total):
                    self.total = total
                case Notice(text=text):
                    self.notices.append(text)
                case Done() | None:
                    self.finished = True
                    self._events.close()

    def result(self) -> SurfaceRecord:
        (surface,) = read_landscape(self.out).surfaces.values()
        return surface


def losses(surface: SurfaceRecord) -> dict[str, npt.NDArray[np.float64]]:
    """What the file believes of every point: metric → float64[m, n]."""
    estimates: dict[str, Any] = surface.estimates
    return {
        metric: np.asarray(estimates.get(metric, values))
        for metric, values in surface.values.items()
        if metric.endswith("_loss")
    }


def errors(exact: SurfaceRecord, other: SurfaceRecord) -> tuple[float, float]:
    """95th percentile and maximum of |other − exact| as a share of the range, worst split."""
    believed = losses(other)
    found = []
    for metric, values in losses(exact).items():
        off = np.abs(believed[metric] - values) / np.ptp(values)
        found.append((float(np.percentile(off, 95)), float(np.max(off))))
    return max(p95 for p95, _ in found), max(largest for _, largest in found)


def judge_ours(
    problem: Problem, surface: SurfaceRecord, counts: tuple[int, int]
) -> tuple[float, bool]:
    """Largest difference from a plain float32 evaluation at the small lattice; is it allowed?

    float32 has to agree as every package has to; bfloat16 to ``BFLOAT16`` of the range.
    """
    train, dev = (losses(surface)[f"{split}_loss"] for split in ("train", "dev"))
    mean = (counts[0] * train + counts[1] * dev) / sum(counts)
    off, scale = 0.0, 1.0
    for coordinate in np.linspace(-problem.limit, problem.limit, problem.points):
        for other in np.linspace(-problem.limit, problem.limit, problem.points):
            i = int(np.abs(surface.alpha - coordinate).argmin())
            j = int(np.abs(surface.beta - other).argmin())
            if abs(surface.alpha[i] - coordinate) + abs(surface.beta[j] - other) > 1e-9:
                continue
            expected = problem.reference(problem.plane, float(coordinate), float(other))
            off = max(off, abs(mean[j, i] - expected))
            scale = max(scale, abs(expected))
    allowed = CLOSE * scale if precision(surface) == "float32" else BFLOAT16 * float(np.ptp(mean))
    return off, bool(off <= allowed)


def precision(surface: SurfaceRecord) -> str:
    """The number format that the job chose."""
    return str(surface.notes.get("precision", {}).get("chosen", "float32"))
