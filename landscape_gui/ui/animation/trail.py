"""The trajectory up to a moment of training: its trail, a marker at its head, and words. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from landscape_gui.specs import Metric
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.scene import FloatArray, Marker, TrajectoryOverlay
from landscape_gui.ui.wording import METRIC_TITLES, metric_value

_AT_CHECKPOINT = 1e-6


@dataclass(frozen=True, eq=False)
class Trail:
    """A moment of the trajectory.

    Attributes
    ----------
    overlay
        The checkpoints passed, and the head; a value between two checkpoints is interpolated.
    head
        The moving marker.
    epoch
        The moment, in epochs (in checkpoints where epochs are not known).
    checkpoint
        Index of the checkpoint that the head stands on; None between two.
    value, off_plane
        At the head; interpolated between checkpoints.
    """

    overlay: TrajectoryOverlay
    head: Marker
    epoch: float
    checkpoint: int | None
    value: float
    off_plane: float


def checkpoint_times(model: LandscapeModel, count: int) -> FloatArray:
    """Epoch of each checkpoint, start first; their numbers where epochs do not ascend."""
    known = [c.epoch for c in model.run.checkpoints[:count]]
    times = np.array(known, dtype=np.float64)
    if len(times) < count or not np.isfinite(times).all() or not (np.diff(times) > 0).all():
        return np.arange(count, dtype=np.float64)
    return times


def trail_at(overlay: TrajectoryOverlay, times: FloatArray, position: float) -> Trail:
    """The trail at a position from 0 (start) to 1 (last checkpoint), even in time."""
    position = min(max(position, 0.0), 1.0)
    now = float(times[0] + position * (times[-1] - times[0]))
    share = _AT_CHECKPOINT * max(float(times[-1] - times[0]), 1e-12)
    nearest = int(np.abs(times - now).argmin())
    on = nearest if abs(float(times[nearest]) - now) <= share else None

    def at(values: FloatArray) -> float:
        if on is not None:
            return float(values[on])
        return float(np.interp(now, times, values))

    passed = nearest + 1 if on is not None else int(np.searchsorted(times, now))
    alpha, beta = at(overlay.alpha), at(overlay.beta)
    value, off_plane = at(overlay.value), at(overlay.off_plane)
    label = "start" if on == 0 else f"epoch {_epoch(now, on is not None)}"
    shown = replace(
        overlay,
        alpha=overlay.alpha[:passed],
        beta=overlay.beta[:passed],
        value=overlay.value[:passed],
        off_plane=overlay.off_plane[:passed],
        labels=overlay.labels[:passed],
    )
    if on is None:
        shown = replace(
            shown,
            alpha=np.append(shown.alpha, alpha),
            beta=np.append(shown.beta, beta),
            value=np.append(shown.value, value),
            off_plane=np.append(shown.off_plane, off_plane),
            labels=(*shown.labels, ""),
        )
    return Trail(shown, Marker("now", label, alpha, beta, value), now, on, value, off_plane)


def trail_words(trail: Trail, metric: Metric) -> tuple[str, str, str]:
    """Epoch, own value and distance off the plane, as a read-out says them.

    What was not measured but interpolated between two checkpoints says so.
    """
    on = trail.checkpoint is not None
    about = "" if on else "≈ "
    epoch = f"epoch {_epoch(trail.epoch, on)}"
    own = f"own {METRIC_TITLES[metric]} {about}{metric_value(metric, trail.value)}"
    if math.isnan(trail.value):
        own = f"own {METRIC_TITLES[metric]} not measured"
    off = f"{about}{100 * trail.off_plane:.0f} % off the plane"
    if math.isnan(trail.off_plane):
        off = ""
    return epoch, own, off


def _epoch(time: float, exact: bool) -> str:
    return f"{time:g}" if exact else f"{time:.1f}"
