"""Claim 1 of the paper: how wide and how flat the optimum is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.report.known import (
    BoolArray,
    FloatArray,
    KnownLine,
    KnownSurface,
    filter_ratios,
    known_line,
    known_surface,
    whole_surface,
)
from landscape_gui.geometry.basin import basin_of
from landscape_gui.geometry.flatness import basin_width
from landscape_gui.geometry.sharpness import Curvature, keskar_sharpness, second_difference
from landscape_gui.store.records import LandscapeRecord, SurfaceRecord

METRIC = "train_loss"
EPSILONS = (0.1, 0.25, 0.5)
"""Of the boxes in which the ε-sharpness is taken."""


@dataclass(frozen=True)
class Tolerated:
    """ε: by how much the loss may exceed the fine-tuned model's inside the basin."""

    absolute: float = 0.1
    share: float = 0.1


@dataclass(frozen=True)
class WidthAlong:
    """How far the loss stays within ε along a direction, NaN where it cannot be said.

    Attributes
    ----------
    alpha, distance, filters
        In units of ‖δ1‖, in weight space, and in filter-normalised units.
    bounded
        Whether the basin ends within the measured range; where not, it is at least so wide.
    bound
        The largest error bound of an estimate on that line, 0 where all is measured.
    """

    low: float
    high: float
    alpha: float
    distance: float
    filters: float
    bounded: bool
    step: float
    bound: float
    source: str


@dataclass(frozen=True)
class AreaAround:
    """Area of the basin in the plane; units as of ``WidthAlong``, squared.

    ``bound`` is the largest error bound of an estimate inside and one step around, ``points`` how
    many are inside.
    """

    alpha: float
    distance: float
    filters: float
    bounded: bool
    points: int
    bound: float
    surface: str


@dataclass(frozen=True)
class BasinSize:
    """Of one ε, ``rise`` in units of the loss; ``kind`` is ``share`` or ``absolute``."""

    kind: str
    epsilon: float
    rise: float
    width: WidthAlong | None
    area: AreaAround | None


@dataclass(frozen=True)
class BoxSharpness:
    """ε-sharpness (Keskar et al. 2017) in the plane, in percent."""

    epsilon: float
    value: float
    half_sides: tuple[float, float]
    bounded: bool


@dataclass(frozen=True)
class LatticeCurvature:
    """Second differences of the surface at the fine-tuned model; NaN where there is none.

    The errors are what the bounds of estimated points make of it, 0 where all are measured.
    """

    alpha: float
    beta: float
    alpha_error: float
    beta_error: float
    alpha_step: float
    beta_step: float


@dataclass(frozen=True)
class BasinClaim:
    """Numbers of one file; ``drop`` is loss(θ0) − loss(θ1)."""

    loss_start: float
    loss_end: float
    drop: float
    sizes: tuple[BasinSize, ...]
    sharpness: tuple[BoxSharpness, ...]
    curvature: LatticeCurvature | None
    norm: float
    cosine: float
    axis2: str
    interpolated: int


def basin_claim(record: LandscapeRecord, tolerated: Tolerated) -> BasinClaim | None:
    """None if the file holds no training loss around the fine-tuned model."""
    surface = whole_surface(record)
    plane = known_surface(surface, METRIC) if surface is not None else None
    line = known_line(record, METRIC)
    if plane is None and line is None:
        return None
    start, end = _ends(plane, line)
    rises = [("share", tolerated.share, tolerated.share * (start - end))]
    rises.append(("absolute", tolerated.absolute, tolerated.absolute))
    ratios = filter_ratios(record, surface, "")
    sizes = tuple(
        BasinSize(
            kind,
            epsilon,
            rise,
            width_along(line, rise, ratios[0]) if line is not None else None,
            _area(surface, plane, rise, ratios),
        )
        for kind, epsilon, rise in rises
        if math.isfinite(rise) and rise > 0
    )
    target = surface.plane if surface is not None else None
    return BasinClaim(
        start,
        end,
        start - end,
        sizes,
        _sharpness(plane),
        _curvature(plane),
        target.axis1_norm if target else (line.norm if line else math.nan),
        target.cosine if target else math.nan,
        target.axis2_label if target else "",
        plane.interpolated if plane else 0,
    )


def _ends(plane: KnownSurface | None, line: KnownLine | None) -> tuple[float, float]:
    if plane is not None and math.isfinite(plane.bottom):
        return plane.top, plane.bottom
    if line is None:
        return math.nan, math.nan
    start = line.values[abs(line.alpha - (line.end - 1)) < 1e-9]
    return (float(start[0]) if len(start) else math.nan), line.bottom


def width_along(line: KnownLine, rise: float, ratio: float) -> WidthAlong | None:
    """Width of the basin on a line; ``ratio`` is that of its δ1 (see ``filter_ratios``)."""
    try:
        found = basin_width(line.alpha, line.values, line.end, rise)
    except ValueError:
        return None
    return WidthAlong(
        found.left,
        found.right,
        found.length,
        found.length * line.norm,
        found.length * ratio,
        all(found.bounded),
        line.step,
        line.bound(found.left - line.step, found.right + line.step),
        " ".join(line.source),
    )


def _area(
    surface: SurfaceRecord | None,
    plane: KnownSurface | None,
    rise: float,
    ratios: tuple[float, float],
) -> AreaAround | None:
    if surface is None or plane is None or not math.isfinite(plane.bottom):
        return None
    level = plane.bottom + rise
    try:
        found = basin_of(plane.alpha, plane.beta, plane.values, plane.end, level)
    except ValueError:
        return None
    cosine = surface.plane.cosine
    sine = math.sqrt(max(0.0, 1 - cosine**2))  # the axes need not be orthogonal
    return AreaAround(
        found.area,
        found.area * surface.plane.axis1_norm**2 * sine,
        found.area * ratios[0] * ratios[1] * sine,
        found.bounded,
        int(found.inside.sum()),
        float(np.nan_to_num(plane.bounds[_with_rim(found.inside)]).max(initial=0.0)),
        surface.name,
    )


def _with_rim(inside: BoolArray) -> BoolArray:
    """Those inside and their neighbours: where the basin ends depends on both."""
    padded = np.pad(inside, 1)
    m, n = inside.shape
    shifts = [(j, i) for j in range(3) for i in range(3)]
    return np.logical_or.reduce([padded[j : j + m, i : i + n] for j, i in shifts])


def _sharpness(plane: KnownSurface | None) -> tuple[BoxSharpness, ...]:
    if plane is None or not math.isfinite(plane.bottom):
        return ()
    found: list[BoxSharpness] = []
    for epsilon in EPSILONS:
        try:
            box = keskar_sharpness(
                plane.alpha, plane.beta, plane.values, plane.end, epsilon, plane.bottom
            )
        except ValueError:
            return ()
        found.append(BoxSharpness(epsilon, box.value, box.half_sides, box.bounded))
    return tuple(found)


def _curvature(plane: KnownSurface | None) -> LatticeCurvature | None:
    if plane is None or not math.isfinite(plane.bottom):
        return None
    rows = [j for j, beta in enumerate(plane.beta) if abs(beta - plane.end[1]) < 1e-9]
    columns = [i for i, alpha in enumerate(plane.alpha) if abs(alpha - plane.end[0]) < 1e-9]
    if not rows or not columns:
        return None
    row, column = plane.values[rows[0]], plane.values[:, columns[0]]
    along = second_difference(plane.alpha, row, plane.end[0], plane.bottom)
    across = second_difference(plane.beta, column, plane.end[1], plane.bottom)
    nan = math.nan
    return LatticeCurvature(
        along.value if along else nan,
        across.value if across else nan,
        _error(along, plane.alpha, plane.bounds[rows[0]], plane.end[0]),
        _error(across, plane.beta, plane.bounds[:, columns[0]], plane.end[1]),
        max(along.steps) if along else nan,
        max(across.steps) if across else nan,
    )


def _error(found: Curvature | None, axis: FloatArray, bounds: FloatArray, at: float) -> float:
    """What the bounds of both neighbours make of a second difference, as if independent."""
    if found is None:
        return math.nan
    back, forth = found.steps
    errors = [
        float(bounds[int(np.abs(axis - place).argmin())]) / step
        for place, step in ((at - back, back), (at + forth, forth))
    ]
    return 2 * math.hypot(*errors) / (back + forth)
