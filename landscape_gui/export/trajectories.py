"""Where the checkpoints of a run lie in a surface's plane."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from landscape_gui.export.points import FloatArray
from landscape_gui.geometry.trajectory import Projection, ProjectionKind, project
from landscape_gui.store.records import LandscapeRecord, SurfaceRecord

PROJECTIONS: tuple[ProjectionKind, ...] = ("deviation", "plane")


def projection(surface: SurfaceRecord, kind: ProjectionKind) -> Projection | None:
    """Coordinates of the checkpoints; None where they cannot be told."""
    plane = surface.plane
    if plane.gram.shape[0] < 2:
        return None
    try:
        return project(
            plane.gram,
            kind,
            has_axis2=True,
            origin="theta1" if plane.origin == "theta1" else "theta0",
        )
    except ValueError:
        return None


def checkpoint_rows(
    record: LandscapeRecord, surface: SurfaceRecord
) -> Iterator[tuple[int | float | str, ...]]:
    """Checkpoint, epoch, projection, α, β, distance off the plane, metric, the metric's value."""
    if surface.part_of:
        return
    for kind in PROJECTIONS:
        found = projection(surface, kind)
        if found is None:
            continue
        for index in range(len(found.alpha)):
            known = index < len(record.run.checkpoints)
            place = (
                index,
                record.run.checkpoints[index].epoch if known else math.nan,
                kind,
                *(float(x[index]) for x in (found.alpha, found.beta, found.off_plane)),
            )
            for metric, values in surface.checkpoint_values.items():
                own = float(values[index]) if index < len(values) else math.nan
                yield *place, metric, own


def heights_under(
    surface: SurfaceRecord, height: FloatArray, alpha: FloatArray, beta: FloatArray
) -> FloatArray:
    """Height of a surface at places of its plane, bilinear; NaN beyond its edge.

    Parameters
    ----------
    height
        float64[m, n], finite.
    alpha, beta
        float64[k].
    """
    i, s = _cells(surface.alpha, alpha)
    j, t = _cells(surface.beta, beta)
    lower = (1 - s) * height[j, i] + s * height[j, i + 1]
    upper = (1 - s) * height[j + 1, i] + s * height[j + 1, i + 1]
    inside = (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    return np.where(inside, (1 - t) * lower + t * upper, np.nan)


def _cells(axis: FloatArray, wanted: FloatArray) -> tuple[np.ndarray, FloatArray]:
    cell = np.clip(np.searchsorted(axis, wanted, side="right") - 1, 0, axis.size - 2)
    return cell, (wanted - axis[cell]) / (axis[cell + 1] - axis[cell])
