"""Claims 2 and 3 of the paper: how training got to the optimum, and whether it left it again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.report.known import FloatArray, known_line, whole_surface
from landscape_gui.geometry.descent import Descent, descent
from landscape_gui.geometry.training_path import distances_from, training_path
from landscape_gui.geometry.trajectory import project
from landscape_gui.store.records import LandscapeRecord


@dataclass(frozen=True)
class LineClaim:
    """One metric from the start point straight to the fine-tuned model.

    ``bound`` is the largest error bound of an estimate on that line, 0 where all is measured.
    """

    metric: str
    found: Descent
    step: float
    bound: float
    source: str


@dataclass(frozen=True)
class CheckpointRow:
    """One checkpoint as seen from the start point; NaN where not known.

    Attributes
    ----------
    length, to_end
        ‖δi‖ and ‖δi − δ1‖ in units of ‖δ1‖.
    angle
        Between δi and δ1, in degrees; ``random_walk`` what a walk of independent steps would have.
    off_plane
        Distance from the drawn plane as a share of ‖δi‖.
    from_best
        Distance from the early optimum in units of ‖δ1‖.
    dev_error, dev_loss
        While training, with the head of that time.
    """

    epoch: float
    length: float
    to_end: float
    angle: float
    random_walk: float
    off_plane: float
    from_best: float
    dev_error: float
    dev_loss: float


@dataclass(frozen=True)
class PathClaim:
    """Trajectory of a run; row 0 of ``rows`` is the first checkpoint after the start point.

    ``best`` is the place in ``rows`` of the early optimum: the first one with the lowest
    development error (``best_by`` names the metric; empty if nothing is known).
    """

    lines: tuple[LineClaim, ...]
    rows: tuple[CheckpointRow, ...]
    norm: float
    plane: str
    best: int | None
    best_by: str

    @property
    def late(self) -> tuple[CheckpointRow, ...]:
        """Checkpoints after the early optimum."""
        return () if self.best is None else self.rows[self.best + 1 :]


def path_claim(record: LandscapeRecord) -> PathClaim:
    """What a file says of the way from start to end."""
    lines = [_line(record, metric) for metric in ("train_loss", "dev_loss", "dev_error")]
    gram = record.run.gram
    checkpoints = record.run.checkpoints[1:]
    usable = gram.size and len(gram) == len(checkpoints) and gram[-1, -1] > 0
    if not usable or not np.isfinite(gram).all():
        return PathClaim(tuple(line for line in lines if line), (), math.nan, "", None, "")
    steps = np.array([point.step for point in checkpoints], dtype=np.float64)
    path = training_path(gram, steps)
    unit = float(path.length[-1])
    off, plane = _off_plane(record, len(checkpoints))
    errors, losses = (_history(record, name) for name in ("dev_error", "dev_loss"))
    best, best_by = _best(errors, losses)
    from_best = np.full(len(gram), math.nan)
    if best is not None:
        from_best = distances_from(gram, best + 1) / unit
    rows = tuple(
        CheckpointRow(
            epoch=float(point.epoch),
            length=float(path.length[k]) / unit,
            to_end=float(path.to_end[k]) / unit,
            angle=_degrees(path.cosine[k]),
            random_walk=_degrees(path.random_walk[k]),
            off_plane=float(off[k]),
            from_best=float(from_best[k]),
            dev_error=float(errors[k]),
            dev_loss=float(losses[k]),
        )
        for k, point in enumerate(checkpoints)
    )
    return PathClaim(tuple(line for line in lines if line), rows, unit, plane, best, best_by)


def _line(record: LandscapeRecord, metric: str) -> LineClaim | None:
    line = known_line(record, metric)
    if line is None:
        return None
    chosen = (line.alpha >= -1e-9) & (line.alpha <= 1 + 1e-9)
    alpha, values = line.alpha[chosen], line.values[chosen]
    if len(alpha) < 3 or abs(alpha[0]) > 1e-9 or abs(alpha[-1] - 1) > 1e-9:
        return None
    try:
        found = descent(alpha, values)
    except ValueError:
        return None
    step = float(np.diff(alpha).max())
    return LineClaim(metric, found, step, line.bound(0.0, 1.0), " ".join(line.source))


def _off_plane(record: LandscapeRecord, count: int) -> tuple[FloatArray, str]:
    surface = whole_surface(record)
    if surface is not None and surface.plane.gram.shape[0] == count + 1:
        try:
            found = project(surface.plane.gram, "plane", has_axis2=True)
        except ValueError:
            pass
        else:
            return found.off_plane[1:], surface.name
    return np.full(count, math.nan), ""


def _history(record: LandscapeRecord, name: str) -> FloatArray:
    """float64[k]: a metric of the training history at checkpoints 1…k, NaN where not taken."""
    history = record.run.history
    values = getattr(history, name)
    found = np.full(len(record.run.checkpoints) - 1, math.nan)
    for k, point in enumerate(record.run.checkpoints[1:]):
        same = np.flatnonzero((history.step == point.step) & np.isfinite(values))
        if len(same):
            found[k] = values[same[-1]]
    return found


def _best(errors: FloatArray, losses: FloatArray) -> tuple[int | None, str]:
    """The first of the lowest, by the error where that was taken at every checkpoint."""
    for values, name in ((errors, "development error"), (losses, "development loss")):
        if len(values) and np.isfinite(values).all():
            return int(values.argmin()), name
    return None, ""


def _degrees(cosine: float) -> float:
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine)))) if cosine == cosine else math.nan
