"""What a file knows of a landscape: measured or estimated values, and where it got them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.estimate import fill
from landscape_gui.geometry.flatness import with_points
from landscape_gui.store.named_points import with_named_points
from landscape_gui.store.records import CurveRecord, LandscapeRecord, SurfaceRecord

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Place: TypeAlias = tuple[float, float]

# Fewer points on a line are no curve.
_FEWEST_POINTS = 5


@dataclass(frozen=True, eq=False)
class KnownSurface:
    """One metric of a surface, everywhere.

    Attributes
    ----------
    values
        float64[m, n]: measured, else estimated, else interpolated.
    bounds
        float64[m, n]: what 95 % of the estimates are not off by more than; 0 where measured, NaN
        where interpolated.
    measured, estimated, interpolated
        How many points are which.
    end
        (α, β) of the fine-tuned model.
    bottom, top
        Values of the fine-tuned model and of the start (of a group: rolled back); NaN if unknown.
    """

    name: str
    alpha: FloatArray
    beta: FloatArray
    values: FloatArray
    bounds: FloatArray
    measured: int
    estimated: int
    interpolated: int
    end: Place
    bottom: float
    top: float


@dataclass(frozen=True, eq=False)
class KnownLine:
    """One metric along δ1, the named points among it.

    Attributes
    ----------
    source
        ``curve`` or ``surface``, and its name.
    step
        Largest distance between two points around the fine-tuned model.
    bounds
        float64[n]: error bounds of estimates, 0 where measured.
    norm
        ‖δ1‖ of what moves.
    """

    source: tuple[str, str]
    alpha: FloatArray
    values: FloatArray
    end: float
    bottom: float
    step: float
    bounds: FloatArray
    norm: float

    def bound(self, low: float, high: float) -> float:
        """The largest error bound of an estimate between two places."""
        inside = (self.alpha >= low - 1e-9) & (self.alpha <= high + 1e-9)
        return float(np.nan_to_num(self.bounds[inside]).max(initial=0.0))


def whole_surface(record: LandscapeRecord, group: str = "") -> SurfaceRecord | None:
    """The surface of the whole encoder, or of a group, with the most known points."""
    found = [
        s for s in record.surfaces.values() if s.group == group and s.part_of not in record.surfaces
    ]
    return max(found, key=_known_points, default=None)


def _known_points(surface: SurfaceRecord) -> int:
    known = surface.order >= 0
    for estimates in surface.estimates.values():
        known = known | np.isfinite(estimates)
    return int(known.sum())


def end_of(target: SurfaceRecord | CurveRecord) -> float:
    """α of the fine-tuned model."""
    return 0.0 if target.plane.origin == "theta1" else 1.0


def anchor_value(target: SurfaceRecord | CurveRecord, names: tuple[str, ...], metric: str) -> float:
    """Value of a named point, NaN if it was not measured."""
    for anchor in target.anchors:
        if anchor.name in names:
            return anchor.values.get(metric, math.nan)
    return math.nan


def known_surface(surface: SurfaceRecord, metric: str) -> KnownSurface | None:
    """A metric of a surface; None if it has not that metric or nothing of it is known."""
    if metric not in surface.values:
        return None
    surface = with_named_points(surface)
    measured = surface.order >= 0
    values = np.where(measured, surface.values[metric], np.nan)
    bounds = np.where(measured, 0.0, np.nan)
    known = measured
    if metric in surface.estimates:
        estimates = surface.estimates[metric]
        estimated = ~measured & np.isfinite(estimates)
        values = np.where(estimated, estimates, values)
        bounds = np.where(estimated, surface.bounds[metric], bounds)
        known = measured | estimated
    if not np.isfinite(values[known]).any():
        return None
    rest = int((~known).sum())
    if rest:
        values = np.where(known, values, fill(values, known))
    end = (end_of(surface), 0.0)
    bottom = anchor_value(surface, ("end",), metric)
    return KnownSurface(
        surface.name,
        surface.alpha,
        surface.beta,
        values,
        bounds,
        int(measured.sum()),
        int((known & ~measured).sum()),
        rest,
        end,
        bottom if math.isfinite(bottom) else _value_at(surface, values, end),
        anchor_value(surface, ("start", "rolled_back"), metric),
    )


def _value_at(surface: SurfaceRecord, values: FloatArray, at: Place) -> float:
    i, j = int(np.abs(surface.alpha - at[0]).argmin()), int(np.abs(surface.beta - at[1]).argmin())
    near = abs(surface.alpha[i] - at[0]) < 1e-9 and abs(surface.beta[j] - at[1]) < 1e-9
    return float(values[j, i]) if near else math.nan


def known_line(record: LandscapeRecord, metric: str, group: str = "") -> KnownLine | None:
    """The metric along the δ1 of the whole encoder or of a group: of a curve, else a surface.

    Of several the one with the smallest steps around the fine-tuned model.
    """
    found = [line for line in _lines(record, metric, group) if np.isfinite(line.bottom)]
    return min(found, key=lambda line: (line.source[0] != "curve", line.step), default=None)


def _lines(record: LandscapeRecord, metric: str, group: str) -> Iterator[KnownLine]:
    for curve in record.curves.values():
        if curve.group == group and metric in curve.values:
            known = curve.order >= 0
            values = curve.values[metric]
            bounds = np.zeros(values.shape)
            line = _line(curve, metric, ("curve", curve.name), values, known, bounds)
            if line is not None:
                yield line
    for surface in record.surfaces.values():
        rows = np.flatnonzero(np.abs(surface.beta) < 1e-9)
        if surface.group != group or metric not in surface.values or not len(rows):
            continue
        row = rows[0]
        known = surface.order[row] >= 0
        values = surface.values[metric][row]
        bounds = np.zeros(values.shape)
        if metric in surface.estimates:
            estimates = surface.estimates[metric][row]
            estimated = ~known & np.isfinite(estimates)
            values = np.where(estimated, estimates, values)
            bounds = np.where(estimated, surface.bounds[metric][row], 0.0)
            known = known | estimated
        line = _line(surface, metric, ("surface", surface.name), values, known, bounds)
        if line is not None:
            yield line


def _line(
    target: SurfaceRecord | CurveRecord,
    metric: str,
    source: tuple[str, str],
    values: FloatArray,
    known: npt.NDArray[np.bool_],
    bounds: FloatArray,
) -> KnownLine | None:
    alpha, values, bounds = target.alpha[known], values[known], bounds[known]
    named = {
        anchor.alpha: anchor.values[metric]
        for anchor in target.anchors
        if anchor.name in ("start", "end", "rolled_back")
        and not math.isnan(anchor.values.get(metric, math.nan))
    }
    _, bounds = with_points(alpha, bounds, dict.fromkeys(named, 0.0))
    alpha, values = with_points(alpha, values, named)
    end = end_of(target)
    if len(alpha) < _FEWEST_POINTS or not alpha[0] <= end <= alpha[-1]:
        return None
    here = np.flatnonzero(np.abs(alpha - end) < 1e-9)
    bottom = float(values[here[0]]) if len(here) else math.nan
    around = alpha[(alpha >= end - 0.5) & (alpha <= end + 0.5)]
    step = float(np.diff(around).max(initial=0.0)) or float(np.diff(alpha).max())
    return KnownLine(source, alpha, values, end, bottom, step, bounds, target.plane.axis1_norm)


def filter_ratios(record: LandscapeRecord, surface: SurfaceRecord | None, group: str) -> Place:
    """How far δ1 and axis 2 move filters, as a share of their norms; NaN where no one says so.

    Axis 2 is that of the surface.
    """
    first = second = math.nan
    targets = (*record.surfaces.values(), *record.curves.values())
    for target in targets:
        if target.group == group and math.isnan(first):
            first = _noted(target, "filter_ratio")
    if surface is not None:
        second = _noted(surface, "filter_ratio_axis2")
    hessian = record.hessian
    if hessian is not None and group in hessian.regions:
        found = hessian.filter_ratios[hessian.regions.index(group)]
        first = float(found[0]) if math.isnan(first) else first
        same = surface is not None and hessian.spec.get("axis2") == surface.spec.get("axis2")
        second = float(found[1]) if math.isnan(second) and same else second
    return first, second


def _noted(target: SurfaceRecord | CurveRecord, name: str) -> float:
    value = target.notes.get(name)
    if not isinstance(value, int | float) or not math.isfinite(value):
        return math.nan
    return float(value) if value > 0 else math.nan
