"""From records to what a panel shows: filled heights, limits, markers, trajectory, words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.estimate import fill
from landscape_gui.geometry.trajectory import ProjectionKind, project
from landscape_gui.shares import percentage
from landscape_gui.specs import UserError
from landscape_gui.store.records import CurveRecord, LandscapeRecord, RunRecord, SurfaceRecord
from landscape_gui.store.schema import METRIC_TITLES

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

Record = TypeVar("Record", SurfaceRecord, CurveRecord)

TASKS = {"mnli": "MNLI", "rte": "RTE", "sst2": "SST-2", "mrpc": "MRPC"}
"""GLUE tasks in the paper's order."""
SETTINGS = {"scratch": "from scratch", "pretrained": "fine-tuned"}
_OUTLIER = 2.0
_MOST_REFINED = 16


@dataclass(frozen=True, eq=False)
class Point:
    """A marked point: ``start``, ``end`` or ``rolled_back``; its value is NaN if unknown."""

    kind: str
    alpha: float
    beta: float
    value: float


@dataclass(frozen=True, eq=False)
class Field:
    """Values on a fine lattice, ready to draw: ``values[j, i]`` is over (alpha[i], beta[j])."""

    alpha: FloatArray
    beta: FloatArray
    values: FloatArray


@dataclass(frozen=True, eq=False)
class Panel:
    """One landscape, ready to draw.

    Attributes
    ----------
    values
        float64[m, n]: measured values, elsewhere stored estimates; NaN where there is neither.
    known
        The finite ones of them.
    trajectory
        α, β of the checkpoints in the plane; None where they cannot be told.
    estimated
        bool[m, n]: points that are not measured and have a stored estimate; None if there is none.
    sampled
        bool[m, n]: which of them were measured on few examples; None if there is none.
    error
        How far 95 % of the lattice are off at most, as a share of the range, where the file says.
    parts
        Parts of it measured finer, the finest last; they lie on top.
    epochs
        One short text per checkpoint of the trajectory.
    name
        Of the surface in its file.
    """

    title: str
    alpha: FloatArray
    beta: FloatArray
    values: FloatArray
    measured: BoolArray
    not_finite: int
    known: FloatArray
    points: tuple[Point, ...]
    trajectory: tuple[FloatArray, FloatArray] | None
    alpha_title: str
    beta_title: str
    estimated: BoolArray | None = None
    sampled: BoolArray | None = None
    error: float | None = None
    parts: tuple[Panel, ...] = ()
    epochs: tuple[str, ...] = ()
    name: str = ""

    def known_in(
        self,
        alpha_range: tuple[float, float] | None = None,
        beta_range: tuple[float, float] | None = None,
    ) -> FloatArray:
        """The finite values in a part of the plane, float64[k]; of all if it has none of its own.

        Where the part is small, values between the points count as well.
        """
        if alpha_range is None and beta_range is None:
            return self.known
        low, high = float(self.known.min()), float(self.known.max())
        return self.field(low, high, alpha_range, beta_range).values.reshape(-1)

    @property
    def least(self) -> float:
        """The smallest value above 0 that was measured; 0 if there is none."""
        measured = self.values[self.measured & np.isfinite(self.values)]
        return float(measured[measured > 0].min()) if (measured > 0).any() else 0.0

    def field(
        self,
        low: float,
        high: float,
        alpha_range: tuple[float, float] | None = None,
        beta_range: tuple[float, float] | None = None,
        cells: int = 96,
    ) -> Field:
        """Values within the limits on at least so many cells per axis, if need be interpolated.

        The ranges are cut to what was measured, to whole cells of the fine lattice.

        Raises
        ------
        UserError
            If a range lies outside.
        """
        shown = _cells_in(self.alpha, alpha_range), _cells_in(self.beta, beta_range)
        factor = 1
        while factor < _MOST_REFINED and factor * min(shown) < cells:
            factor *= 2
        alpha, beta = refined(self.alpha, factor), refined(self.beta, factor)
        columns, rows = _within(alpha, alpha_range), _within(beta, beta_range)
        values = self.heights(low, high, factor)[rows, columns]
        alpha, beta = alpha[columns], beta[rows]
        for part in self.parts:
            values = np.where(
                _inside(beta, part.beta)[:, None] & _inside(alpha, part.alpha)[None, :],
                part.at(alpha, beta, (low, high)),
                values,
            )
        return Field(alpha, beta, values)

    def at(self, alpha: FloatArray, beta: FloatArray, limits: tuple[float, float]) -> FloatArray:
        """Values float64[len(beta), len(alpha)] at other places; beyond the rim those at it."""
        fine = refined(self.alpha, 4), refined(self.beta, 4)
        values = self.heights(*limits, 4)
        across = np.stack([np.interp(alpha, fine[0], row) for row in values])
        return np.stack([np.interp(beta, fine[1], column) for column in across.T], axis=1)

    def heights(self, low: float, high: float, refinement: int = 1) -> FloatArray:
        """Values within the limits, finite everywhere, interpolated where nothing is known.

        Parameters
        ----------
        refinement
            Power of two: each cell of the lattice is divided into that many along both axes, by
            the same interpolation.

        Returns
        -------
        float64[(m − 1) * refinement + 1, (n − 1) * refinement + 1]
        """
        rows, columns = ((length - 1) * refinement + 1 for length in self.values.shape)
        values = np.full((rows, columns), np.nan)
        given = np.zeros((rows, columns), dtype=np.bool_)
        # Clipped first: beside a tower, interpolation would dig a trench as deep as the limits.
        values[::refinement, ::refinement] = np.clip(self.values, low, high)
        known = self.measured if self.estimated is None else self.measured | self.estimated
        given[::refinement, ::refinement] = known
        return np.clip(fill(values, given), low, high)

    def remarks(self, high: float, seen: FloatArray | None = None) -> tuple[str, ...]:
        """What a reader has to know: what is not measured, not finite, or cut off at ``high``.

        ``seen`` are the values that are shown, if not all.
        """
        shown = self.known if seen is None else seen
        found: list[str] = []
        done, total = int(self.measured.sum()), self.measured.size
        if self.estimated is not None:
            found.append(f"{percentage(done / total)} measured")
            if self.error is not None:
                found.append(f"within {percentage(self.error)} of the range")
        elif done < total:
            found.append(f"{done} of {total} points measured")
        if self.not_finite:
            found.append(f"{self.not_finite} not finite")
        if self.not_finite or (shown.size and shown.max() > high * (1 + 1e-9)):
            found.append(f"clipped at {high:.3g}")
        return tuple(found)

    def provenance(self) -> str:
        """How the points came to be, in a sentence."""
        done, total = int(self.measured.sum()), self.measured.size
        words = f"{done} of {total} points measured"
        if self.sampled is not None:
            words += f", {int(self.sampled.sum())} on few examples"
        if self.estimated is not None:
            rest = int(self.estimated.sum())
            if self.sampled is not None:
                rest -= int(self.sampled.sum())
            words += f", {rest} estimated"
        if self.estimated is not None and self.error is not None:
            words += f"; 95 % of the points are within {percentage(self.error)} of the range"
        return f"{words}."


def refined(points: FloatArray, factor: int) -> FloatArray:
    """Axis points with ``factor − 1`` more between every two."""
    places = np.arange((len(points) - 1) * factor + 1) / factor
    return np.interp(places, np.arange(len(points)), points)


def _within(axis: FloatArray, wanted: tuple[float, float] | None) -> slice:
    """The points of a fine axis in a range, rounded to the nearest ones."""
    if wanted is None:
        return slice(None)
    first, last = (int(np.abs(axis - end).argmin()) for end in wanted)
    if last - first < 2:
        raise UserError(
            f"The range {wanted[0]:g} to {wanted[1]:g} lies outside what was measured, "
            f"{axis[0]:g} to {axis[-1]:g}.",
            "Choose another one.",
        )
    return slice(first, last + 1)


def _cells_in(axis: FloatArray, wanted: tuple[float, float] | None) -> float:
    low, high = wanted or (axis[0], axis[-1])
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    return max((min(high, axis[-1]) - max(low, axis[0])) / step, 1.0)


def _inside(axis: FloatArray, part: FloatArray) -> BoolArray:
    return (axis >= part[0] - 1e-9) & (axis <= part[-1] + 1e-9)


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
    surface = _find(record.surfaces, name, "surface", record)
    panel = _panel(record, surface, metric, title, projection)
    finer = [
        _panel(record, part, metric, "", "pca")
        for part in record.surfaces.values()
        if part.part_of == name and metric in part.values and (part.order >= 0).any()
    ]
    finer.sort(key=lambda part: -float(np.ptp(part.alpha)) / (len(part.alpha) - 1))
    return replace(panel, parts=tuple(finer))


def _panel(
    record: LandscapeRecord,
    surface: SurfaceRecord,
    metric: str,
    title: str,
    projection: ProjectionKind,
) -> Panel:
    name = surface.name
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
        trajectory=_trajectory(surface, projection),
        alpha_title=alpha_title(surface),
        beta_title=f"β ({_axis_words(surface.plane.axis2_label)})"
        if surface.plane.axis2_label
        else "β",
        estimated=estimated,
        sampled=sampled if sampled is not None and sampled.any() else None,
        error=_stated_error(surface, metric),
        epochs=epoch_words(record.run),
        name=name,
    )


def _axis_words(label: str) -> str:
    return TASKS.get(label, shortened(label))


def _estimated(surface: SurfaceRecord, metric: str, measured: BoolArray) -> BoolArray | None:
    if metric not in surface.estimates:
        return None
    estimated = ~measured & np.isfinite(surface.estimates[metric])
    return estimated if estimated.any() else None


def _stated_error(surface: SurfaceRecord, metric: str) -> float | None:
    noted = surface.notes.get("refinement")
    errors = noted.get("errors") if isinstance(noted, dict) else None
    share = errors.get(metric) if isinstance(errors, dict) else None
    return float(share) if isinstance(share, int | float) and np.isfinite(share) else None


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


def robust_limits(values: Iterable[FloatArray]) -> tuple[float, float]:
    """Limits that all panels share: everything, unless a few points tower above the rest.

    Corners of a landscape can be orders of magnitude above the basin that is of interest; then
    the upper limit is the 98th percentile.
    """
    known = np.concatenate([part.reshape(-1) for part in values])
    known = known[np.isfinite(known)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    bulk = float(np.percentile(known, 98))
    if bulk > low and high - low > _OUTLIER * (bulk - low):
        high = bulk
    if high <= low:
        step = max(abs(low) * 1e-3, 1e-6)
        # Beside the largest of all numbers there is room only below.
        low, high = (low, low + step) if np.isfinite(low + step) else (low - step, low)
    return low, high


def alpha_title(target: SurfaceRecord | CurveRecord) -> str:
    """What α is."""
    if target.plane.origin == "theta1":
        return "α (rolled back −1, end 0)"
    return "α (start 0, end 1)"


def run_titles(runs: Sequence[RunRecord]) -> list[str]:
    """Short names for a legend: task and setting, or the runs' own names where those repeat."""
    titles = [
        ", ".join(filter(None, (task_title(run), SETTINGS.get(run.init, "")))) for run in runs
    ]
    if len(set(titles)) == len(titles):
        return titles
    return [shortened(run.name) for run in runs]


def task_title(run: RunRecord) -> str:
    """A task's usual name."""
    return TASKS.get(run.task, shortened(run.task or run.name))


def shortened(text: str, longest: int = 22) -> str:
    """A name that fits a column: the middle gives way, as names differ at their ends."""
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}…{text[head + 1 - longest :]}"


def epoch_words(run: RunRecord) -> tuple[str, ...]:
    """One short text per checkpoint: its epoch."""
    return tuple(f"{checkpoint.epoch:g}" for checkpoint in run.checkpoints)


def _trajectory(
    surface: SurfaceRecord, kind: ProjectionKind
) -> tuple[FloatArray, FloatArray] | None:
    plane = surface.plane
    # One checkpoint and axis 2: start and end are marked already.
    if kind == "pca" or plane.gram.shape[0] < 3:
        return None
    try:
        projection = project(
            plane.gram,
            kind,
            has_axis2=True,
            origin="theta1" if plane.origin == "theta1" else "theta0",
        )
    except ValueError:
        return None
    return projection.alpha, projection.beta


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
