"""An open landscape in memory: loaded from a file once, then kept up to date by events.

Arrays are filled in place. No Qt here, and no file access.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    Estimated,
    Event,
    FileReady,
    LevelComplete,
    Measurement,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    Target,
    TargetKind,
)
from landscape_gui.specs import METRICS, LayerGroup, Metric
from landscape_gui.store.records import (
    Anchor,
    CurveRecord,
    HessianRecord,
    IntArray,
    LandscapeRecord,
    PlaneRecord,
    RollbackRecord,
    RunRecord,
    SurfaceRecord,
)
from landscape_gui.ui.scene import BoolArray, FloatArray


@dataclass(eq=False)
class LivePlot:
    """A surface (``beta`` given, arrays [m, n]) or a curve (``beta`` None, arrays [n]).

    Attributes
    ----------
    estimates, bounds
        Metric → float64[m, n], as in a SurfaceRecord; newly measured points are in ``values``
        before they are in these. Empty if nothing is estimated.
    order, few_order
        int64 of the arrays' shape, as in a SurfaceRecord: the place of each point among those
        measured on all, and among those measured on few examples; −1 where it is not.
    sampled
        bool[m, n]: where the point was measured on few examples.
    few_examples
        Split → int64[m, n]: on how many examples sampled points were measured; 0 while not known.
    errors
        Metric → how far the picture is off, as a share of the metric's range, at the 95th
        percentile over the lattice. Empty while nothing says so.
    pace
        Seconds that the last point took that was measured while looking on; None if none was.
    """

    kind: TargetKind
    name: str
    alpha: FloatArray
    beta: FloatArray | None
    values: dict[str, FloatArray]
    standard_errors: dict[str, FloatArray]
    measured: BoolArray
    anchors: dict[str, Anchor]
    checkpoint_values: dict[str, FloatArray]
    plane: PlaneRecord
    spec: dict[str, Any]
    group: str
    complete: bool
    sampled: BoolArray
    order: IntArray
    few_order: IntArray | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    estimates: dict[str, FloatArray] = field(default_factory=dict)
    bounds: dict[str, FloatArray] = field(default_factory=dict)
    few_examples: dict[str, IntArray] = field(default_factory=dict)
    errors: dict[str, float] = field(default_factory=dict)
    pace: float | None = None

    @classmethod
    def of(cls, record: SurfaceRecord | CurveRecord) -> LivePlot:
        """Copy a record into arrays that can be filled."""
        surface = isinstance(record, SurfaceRecord)
        measured = np.array(record.order >= 0)
        plot = cls(
            kind="surface" if surface else "curve",
            name=record.name,
            alpha=np.asarray(record.alpha, dtype=np.float64),
            beta=np.asarray(record.beta, dtype=np.float64) if surface else None,
            values={name: np.array(v, dtype=np.float64) for name, v in record.values.items()},
            standard_errors={
                name: np.array(v, dtype=np.float64) for name, v in record.standard_errors.items()
            },
            measured=measured,
            anchors={anchor.name: anchor for anchor in record.anchors},
            checkpoint_values={
                name: np.array(v, dtype=np.float64) for name, v in record.checkpoint_values.items()
            },
            plane=record.plane,
            spec=dict(record.spec),
            group=record.group,
            complete=record.status == "complete",
            sampled=np.zeros_like(measured),
            order=np.array(record.order, dtype=np.int64),
            notes=dict(record.notes),
        )
        if isinstance(record, SurfaceRecord):
            plot._take_estimates(record)
        return plot

    def _take_estimates(self, record: SurfaceRecord) -> None:
        for mine, stored in (
            (self.estimates, record.estimates),
            (self.bounds, record.bounds),
        ):
            for metric, values in stored.items():
                # A file that is being filled holds NaN until there is a first estimate.
                if np.isfinite(values).any():
                    mine[metric] = np.array(values, dtype=np.float64)
        if record.few_order is not None:
            self.sampled = np.array(record.few_order >= 0)
            self.few_order = np.array(record.few_order, dtype=np.int64)
        self.few_examples = {split: np.array(n) for split, n in record.few_examples.items()}
        self.errors = stated_errors(record.notes)

    @property
    def part_of(self) -> str:
        """Name of the surface of which this is a finer part; empty if of none."""
        name = self.spec.get("part_of")
        return name if isinstance(name, str) else ""

    @property
    def step(self) -> float:
        """The wider of the distances between neighbouring points along the two axes."""
        axes = [self.alpha] if self.beta is None else [self.alpha, self.beta]
        return max(float(np.diff(axis).min(initial=np.inf)) for axis in axes)

    @property
    def seconds_per_point(self) -> float | None:
        """How long a point took where it was measured; None if nothing says so."""
        noted = self.notes.get("seconds_per_point")
        return float(noted) if isinstance(noted, int | float) and noted > 0 else self.pace

    @property
    def estimated(self) -> bool:
        """Whether points that are not measured have an estimate with a known error."""
        return bool(self.estimates)

    @property
    def done(self) -> int:
        """Number of measured points."""
        return int(self.measured.sum())

    @property
    def total(self) -> int:
        """Number of points of the lattice."""
        return int(self.measured.size)

    def not_finite(self, metric: Metric) -> BoolArray:
        """Bool of the arrays' shape: where the metric was measured and is NaN or infinite."""
        values = self.values.get(metric)
        if values is None:
            return np.zeros_like(self.measured)
        return self.measured & ~np.isfinite(values)

    def metrics(self) -> tuple[Metric, ...]:
        """Metrics that this plot has arrays for, in the usual order."""
        return tuple(metric for metric in METRICS if metric in self.values)

    def take_estimates(self, event: Estimated) -> None:
        """Replace all estimates; arrays that do not fit this lattice are ignored."""
        for mine, given in ((self.estimates, event.estimates), (self.bounds, event.bounds)):
            for metric, values in given.items():
                if values.shape == self.measured.shape:
                    mine[metric] = np.array(values, dtype=np.float64)
        self.errors = dict(event.errors)

    def take_sample(self, event: PointSampled) -> None:
        """Note that a point was measured on few examples; the next estimates are made with it."""
        j, i = event.j, event.i
        if j >= self.sampled.shape[0] or i >= self.sampled.shape[-1]:
            return
        if self.few_order is None:
            self.few_order = np.full(self.sampled.shape, -1, dtype=np.int64)
        if self.few_order[j, i] < 0:
            self.few_order[j, i] = self.few_order.max() + 1
        self.sampled[j, i] = True
        for split, count in event.examples.items():
            counts = self.few_examples.get(split)
            if counts is None:
                counts = self.few_examples[split] = np.zeros(self.sampled.shape, dtype=np.int64)
            counts[j, i] = count

    def end_level(self, event: LevelComplete) -> None:
        """Note how far the picture was off; what estimates say of themselves is nearer."""
        if event.errors and not self.estimated:
            self.errors = dict(event.errors)

    def apply(self, event: PointMeasured | AnchorMeasured | CheckpointMeasured) -> None:
        """Take one measurement."""
        measurement = event.measurement
        if measurement.seconds > 0:
            self.pace = measurement.seconds
        match event:
            case PointMeasured(j=j, i=i):
                at: tuple[int, ...] = (j, i) if self.beta is not None else (i,)
                if any(k >= size for k, size in zip(at, self.measured.shape, strict=True)):
                    return
                self.measured[at] = True
                self.order[at] = event.order
                self._fill(self.values, measurement.values, self.measured.shape, at)
                self._fill(
                    self.standard_errors, measurement.standard_errors, self.measured.shape, at
                )
                self.complete = bool(self.measured.all())
            case AnchorMeasured(name=name, alpha=alpha, beta=beta):
                self.anchors[name] = Anchor(
                    name,
                    alpha,
                    beta,
                    dict(measurement.values),
                    dict(measurement.standard_errors),
                )
            case CheckpointMeasured(index=index):
                lengths = [len(v) for v in self.checkpoint_values.values()]
                size = max([index + 1, *lengths])
                for metric, value in measurement.values.items():
                    old = self.checkpoint_values.get(metric, np.empty(0))
                    grown = np.full(size, np.nan)
                    grown[: len(old)] = old
                    grown[index] = value
                    self.checkpoint_values[metric] = grown

    @staticmethod
    def _fill(
        arrays: dict[str, FloatArray],
        values: Mapping[str, float],
        shape: tuple[int, ...],
        at: tuple[int, ...],
    ) -> None:
        for metric, value in values.items():
            if metric not in arrays:
                arrays[metric] = np.full(shape, np.nan)
            arrays[metric][at] = value


@dataclass
class LiveRollback:
    """Measured combinations of rolled-back groups; the empty set is the fine-tuned model.

    ``change_errors``: combination → metric → standard error of the difference from the fine-tuned
    model, paired by example. ``spec`` is the file's RollbackSpec as a dict, empty while the file
    holds no rollback.
    """

    groups: dict[str, LayerGroup] = field(default_factory=dict)
    measured: dict[frozenset[str], Measurement] = field(default_factory=dict)
    change_errors: dict[frozenset[str], dict[str, float]] = field(default_factory=dict)
    spec: dict[str, Any] = field(default_factory=dict)

    @property
    def examples(self) -> dict[str, int | None]:
        """The file's ExamplesSpec as a dict, empty while the file holds no rollback."""
        return dict(self.spec.get("examples") or {})

    @classmethod
    def of(cls, record: RollbackRecord | None) -> LiveRollback:
        """Copy what a file holds."""
        live = cls()
        if record is None:
            return live
        live.spec = dict(record.spec)
        for name, layers in zip(record.groups, record.layers, strict=True):
            live.groups[name] = as_group(name, layers)
        for mask in np.flatnonzero(record.measured).tolist():
            names = frozenset(n for bit, n in enumerate(record.groups) if mask >> bit & 1)
            live.measured[names] = Measurement(
                {metric: float(v[mask]) for metric, v in record.values.items()},
                {metric: float(v[mask]) for metric, v in record.standard_errors.items()},
            )
            paired = {metric: float(v[mask]) for metric, v in record.change_errors.items()}
            live.change_errors[names] = {m: e for m, e in paired.items() if np.isfinite(e)}
        return live


@dataclass(eq=False)
class LandscapeModel:
    """One open file.

    ``stored``: names of the layer groups that the file holds; others are defaults or the user's.
    ``parts``: name → surface that is but a finer part of one of ``plots``, drawn on top of it.
    ``hessian``: the curvature at the end point, as it was when the file was read.
    """

    path: Path
    run: RunRecord
    groups: dict[str, LayerGroup]
    plots: dict[tuple[TargetKind, str], LivePlot]
    rollback: LiveRollback
    problems: tuple[str, ...] = ()
    stored: frozenset[str] = frozenset()
    parts: dict[str, LivePlot] = field(default_factory=dict)
    hessian: HessianRecord | None = None

    @classmethod
    def of(cls, record: LandscapeRecord) -> LandscapeModel:
        """Make a live model of what a file holds."""
        plots: dict[tuple[TargetKind, str], LivePlot] = {}
        parts: dict[str, LivePlot] = {}
        for surface in record.surfaces.values():
            # A part whose surface is lost is still worth a look by itself.
            if surface.part_of in record.surfaces:
                parts[surface.name] = LivePlot.of(surface)
            else:
                plots["surface", surface.name] = LivePlot.of(surface)
        for curve in record.curves.values():
            plots["curve", curve.name] = LivePlot.of(curve)
        rollback = LiveRollback.of(record.rollback)
        groups = {name: as_group(name, layers) for name, layers in record.layer_groups.items()}
        for name, group in rollback.groups.items():
            groups.setdefault(name, group)
        stored = frozenset(groups)
        for name, group in default_groups(record.run.layer_count).items():
            groups.setdefault(name, group)
        return cls(
            record.path,
            record.run,
            groups,
            plots,
            rollback,
            record.problems,
            stored,
            parts,
            record.hessian,
        )

    def plot(self, target: Target) -> LivePlot | None:
        """The surface or curve that a target names, None if it is not known (yet)."""
        part = self.parts.get(target.name) if target.kind == "surface" else None
        return part or self.plots.get((target.kind, target.name))

    def parts_of(self, plot: LivePlot) -> list[LivePlot]:
        """The finer parts of a surface, the finest last."""
        if plot.kind != "surface":
            return []
        parts = [part for part in self.parts.values() if part.part_of == plot.name]
        return sorted(parts, key=lambda part: -part.step)

    def of_kind(self, kind: TargetKind) -> list[LivePlot]:
        """All surfaces or all curves, in the file's order."""
        return [plot for (k, _), plot in self.plots.items() if k == kind]

    def apply(self, event: Event) -> bool:
        """Take an event; False when it names something that is not in memory and must be read."""
        match event:
            case PointMeasured() | AnchorMeasured() | CheckpointMeasured():
                plot = self.plot(event.target)
                if plot is None:
                    return False
                plot.apply(event)
            case PointSampled() | Estimated() | LevelComplete():
                plot = self.plot(event.target)
                if plot is None:
                    return False
                _take(plot, event)
            case FileReady(target=target, total=total):
                plot = self.plot(target)
                return plot is not None and plot.total == total
            case RollbackMeasured(groups=groups, measurement=measurement):
                self.rollback.measured[frozenset(groups)] = measurement
                self.rollback.change_errors[frozenset(groups)] = dict(event.change_errors)
                self.stored |= frozenset(groups)
                return all(name in self.groups for name in groups)
        return True


def _take(plot: LivePlot, event: PointSampled | Estimated | LevelComplete) -> None:
    match event:
        case PointSampled():
            plot.take_sample(event)
        case Estimated():
            plot.take_estimates(event)
        case LevelComplete():
            plot.end_level(event)


def stated_errors(notes: Mapping[str, Any]) -> dict[str, float]:
    """Metric → share of its range within which a finished file says its picture is."""
    refinement = notes.get("refinement")
    errors = refinement.get("errors") if isinstance(refinement, dict) else None
    if not isinstance(errors, dict):
        return {}
    return {
        metric: float(share)
        for metric, share in errors.items()
        if isinstance(share, int | float) and np.isfinite(share)
    }


def as_group(name: str, layers: Mapping[str, Any]) -> LayerGroup:
    """A LayerGroup from its form in a file."""
    return LayerGroup(
        name=name,
        layers=tuple(int(i) for i in layers.get("layers", ())),
        embeddings=bool(layers.get("embeddings", False)),
        pooler=bool(layers.get("pooler", False)),
    )


def default_groups(layer_count: int) -> dict[str, LayerGroup]:
    """Low, middle and high thirds of the layers, as even as they can be (Hao et al. 2019, §7)."""
    if layer_count < 3:
        return {}
    parts = np.array_split(np.arange(layer_count), 3)
    return {
        name: LayerGroup(name=name, layers=tuple(part.tolist()))
        for name, part in zip(("low", "middle", "high"), parts, strict=True)
    }


def group_span(group: LayerGroup) -> str:
    """A group's members in words: ``layers 0–3 and embeddings``."""
    parts: list[str] = []
    if group.layers:
        first, last = group.layers[0], group.layers[-1]
        if len(group.layers) == 1:
            parts.append(f"layer {first}")
        elif last - first + 1 == len(group.layers):
            parts.append(f"layers {first}–{last}")
        else:
            parts.append("layers " + ", ".join(map(str, group.layers)))
    if group.embeddings:
        parts.append("embeddings")
    if group.pooler:
        parts.append("pooler")
    return " and ".join(parts)
