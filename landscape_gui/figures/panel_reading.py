"""From records to panels and curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from landscape_gui.figures.arrays import BoolArray, FloatArray
from landscape_gui.figures.panel import Panel, Point
from landscape_gui.figures.titles import alpha_title, beta_title, epoch_words
from landscape_gui.geometry.trajectory import Projection, ProjectionKind, project
from landscape_gui.specs import UserError
from landscape_gui.store.named_points import with_named_points
from landscape_gui.store.records import CurveRecord, LandscapeRecord, SurfaceRecord
from landscape_gui.store.schema import METRIC_TITLES

Record = TypeVar("Record", SurfaceRecord, CurveRecord)


def surface_panel(
    record: LandscapeRecord,
    name: str,
    metric: str,
    title: str,
    projection: ProjectionKind = "plane",
) -> Panel:
    """Prepare one surface with the finer parts that lie on it.

    Principal components have axes of their own: with them there is no trajectory in the plane.

    Raises
    ------
    UserError
        If the file has no such surface, or the surface nothing measured of the metric.
    """
    surface = with_named_points(_find(record.surfaces, name, "surface", record))
    panel = _panel(record, surface, metric, title, projection)
    finer = [
        _panel(record, part, metric, "", "pca")
        for part in record.surfaces.values()
        if part.part_of == name and metric in part.values and (part.order >= 0).any()
    ]
    finer.sort(key=lambda part: -float(np.ptp(part.alpha)) / (len(part.alpha) - 1))
    return replace(panel, parts=tuple(finer))


def curve_values(record: LandscapeRecord, name: str, metric: str) -> tuple[CurveRecord, FloatArray]:
    """A curve and the values of one metric, NaN where not measured or not finite.

    Raises
    ------
    UserError
        If the file has no such curve or metric.
    """
    curve = _find(record.curves, name, "curve", record)
    values = _metric_values(curve, metric, record)
    return curve, np.where((curve.order >= 0) & np.isfinite(values), values, np.nan)


def marked_points(target: SurfaceRecord | CurveRecord, metric: str) -> tuple[Point, ...]:
    """Start and end; in planes with origin θ1 the end and the rolled-back point."""
    group_plane = target.plane.origin == "theta1"
    places = (
        (("rolled_back", -1.0), ("end", 0.0)) if group_plane else (("start", 0.0), ("end", 1.0))
    )
    measured = {anchor.name: anchor.values for anchor in target.anchors}
    return tuple(
        Point(kind, alpha, 0.0, measured.get(kind, {}).get(metric, float("nan")))
        for kind, alpha in places
    )


def _panel(
    record: LandscapeRecord,
    surface: SurfaceRecord,
    metric: str,
    title: str,
    projection: ProjectionKind,
) -> Panel:
    name = surface.name
    path = _path(surface, projection)
    values = _metric_values(surface, metric, record)
    measured = surface.order >= 0
    not_finite = int((measured & ~np.isfinite(values)).sum())
    estimated, sampled = _estimated(surface, metric, measured), None
    if estimated is not None:
        # Neither a loss nor an error is below 0, whatever a spline believes.
        values = np.where(measured, values, np.maximum(surface.estimates[metric], 0.0))
        if surface.few_order is not None:
            sampled = estimated & (surface.few_order >= 0)
    seen = measured if estimated is None else measured | estimated
    known = values[seen & np.isfinite(values)]
    if not known.size:
        raise UserError(
            f"Nothing of the {METRIC_TITLES.get(metric, metric)} of {name} in {record.path} is "
            "measured and finite.",
            "Continue its measurement first.",
        )
    return Panel(
        title=title,
        alpha=surface.alpha,
        beta=surface.beta,
        values=values,
        measured=measured,
        not_finite=not_finite,
        known=known,
        points=marked_points(surface, metric),
        trajectory=None if path is None else (path.alpha, path.beta),
        off_plane=0.0 if path is None else float(np.nan_to_num(path.off_plane).max()),
        alpha_title=alpha_title(surface),
        beta_title=beta_title(surface),
        estimated=estimated,
        sampled=sampled if sampled is not None and sampled.any() else None,
        error=stated_error(surface, metric),
        epochs=epoch_words(record.run),
        name=name,
    )


def _estimated(surface: SurfaceRecord, metric: str, measured: BoolArray) -> BoolArray | None:
    if metric not in surface.estimates:
        return None
    estimated = ~measured & np.isfinite(surface.estimates[metric])
    return estimated if estimated.any() else None


def stated_error(surface: SurfaceRecord, metric: str) -> float | None:
    """What 95 % of the points are not off by more than, as a share of the range; None if unsaid."""
    noted = surface.notes.get("refinement")
    errors = noted.get("errors") if isinstance(noted, dict) else None
    share = errors.get(metric) if isinstance(errors, dict) else None
    return float(share) if isinstance(share, int | float) and np.isfinite(share) else None


def _path(surface: SurfaceRecord, kind: ProjectionKind) -> Projection | None:
    plane = surface.plane
    # One checkpoint and axis 2: start and end are marked already.
    if kind == "pca" or plane.gram.shape[0] < 3:
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


def _find(items: dict[str, Record], name: str, kind: str, record: LandscapeRecord) -> Record:
    if name not in items:
        raise UserError(
            f"{record.path} has no {kind} {name}.",
            f"It has {', '.join(items)}." if items else f"It has no {kind} at all.",
        )
    return items[name]


def _metric_values(
    target: SurfaceRecord | CurveRecord, metric: str, record: LandscapeRecord
) -> FloatArray:
    if metric not in target.values:
        raise UserError(
            f"{target.name} in {record.path} holds no {METRIC_TITLES.get(metric, metric)}.",
            f"It holds {', '.join(METRIC_TITLES.get(m, m) for m in target.values)}.",
        )
    return target.values[metric]
