"""From an open landscape and the user's choices to what the views draw. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landscape_gui.engine.events import Measurement
from landscape_gui.geometry.estimate import fill
from landscape_gui.geometry.trajectory import Origin, project
from landscape_gui.specs import Metric
from landscape_gui.store.records import Anchor
from landscape_gui.ui.accuracy import example_count, split_of
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene import (
    AxisTitles,
    FloatArray,
    Limits,
    Marker,
    SurfaceScene,
    TrajectoryOverlay,
    ValueScale,
)
from landscape_gui.ui.scene_parts import height_of_part
from landscape_gui.ui.value_scale import usable
from landscape_gui.ui.wording import (
    METRIC_TITLES,
    PROJECTION_TITLES,
    ProjectionKind,
    axis2_words,
)

# Corners of a landscape are often orders of magnitude above the basin that is of interest.
ROBUST_PERCENTILE = 98.0
# Estimates with an error bound of this share of the range look as sure as measured ones, those
# with the larger share as unsure as what is merely filled in.
SURE, UNSURE = 0.01, 0.15


def axis_titles(plot: LivePlot, metric: Metric) -> AxisTitles:
    """Titles that say where the axes lead."""
    if plot.plane.origin == "theta1":
        alpha = f"α  (layers “{plot.group}”: 0 fine-tuned, −1 rolled back)"
    else:
        alpha = "α  (direction to the fine-tuned model)"
    label = axis2_words(plot.spec) or plot.plane.axis2_label
    beta = f"β  (direction: {label})" if label else "β"
    return AxisTitles(alpha, beta, METRIC_TITLES[metric])


def build_scene(
    plot: LivePlot,
    metric: Metric,
    scale: ValueScale = "linear",
    parts: Sequence[LivePlot] = (),
) -> SurfaceScene | None:
    """The surface as it stands; None while nothing of this metric is measured.

    ``parts`` are finer parts of it, the finest last; those without a point yet are left out.
    """
    scene = _scene(plot, metric, scale)
    if scene is None or not parts:
        return scene
    finer: list[SurfaceScene] = []
    for part in parts:
        found = _scene(part, metric, scale)
        if found is not None:
            under = replace(scene, parts=tuple(finer))
            height = height_of_part(part.values[metric], part.measured, found, under)
            finer.append(replace(found, height=height, scale=scene.scale))
    return replace(scene, parts=tuple(finer))


def _scene(plot: LivePlot, metric: Metric, scale: ValueScale) -> SurfaceScene | None:
    values = plot.values.get(metric)
    if values is None or plot.beta is None:
        return None
    measured = plot.measured & np.isfinite(values)
    if not measured.any():
        return None
    not_finite = plot.not_finite(metric)
    errors = plot.standard_errors.get(metric)
    scene = SurfaceScene(
        alpha=plot.alpha,
        beta=plot.beta,
        height=_heights(plot, metric),
        measured=measured,
        titles=axis_titles(plot, metric),
        standard_error=None if errors is None else errors.copy(),
        scale=possible_scale(plot, metric, scale),
        not_finite=not_finite if not_finite.any() else None,
    )
    if metric not in plot.estimates:
        return scene
    bound = _bounds(plot, metric)
    return replace(
        scene,
        sampled=plot.sampled.copy() if plot.sampled.any() else None,
        bound=bound,
        trust=_trust(plot, metric, bound),
        few=plot.few_examples.get(split_of(metric)),
        examples=example_count(plot, metric),
    )


def _heights(plot: LivePlot, metric: Metric) -> FloatArray:
    """Measured where measured, else estimated, else filled in; finite everywhere."""
    values, estimates = plot.values[metric], plot.estimates.get(metric)
    if estimates is None:
        return fill(values, plot.measured)
    # Points measured since the last estimates are seen at once.
    believed = np.where(plot.measured, values, estimates)
    if np.isfinite(believed).all():
        return believed
    return fill(believed, plot.measured | np.isfinite(estimates))


def _bounds(plot: LivePlot, metric: Metric) -> FloatArray:
    """float64[m, n]: 0 where measured, NaN where nothing is known or it is not finite."""
    bound = plot.bounds.get(metric)
    known = np.isfinite(plot.estimates[metric])
    if bound is not None:
        known &= ~np.isnan(bound)
    else:
        bound = np.full(plot.measured.shape, np.nan)
    bound = np.where(plot.measured, 0.0, np.where(known, bound, np.nan))
    # A spline may believe in a number where none was found.
    return np.where(plot.not_finite(metric), np.nan, bound)


def _trust(plot: LivePlot, metric: Metric, bound: FloatArray) -> FloatArray:
    """float64[m, n] from 0 to 1: how small the bounds are beside the range that is drawn."""
    limits = robust_limits(plot, metric)
    span = limits.high - limits.low if limits is not None else 1.0
    doubt = (np.where(np.isnan(bound), np.inf, bound) / span - SURE) / (UNSURE - SURE)
    return 1.0 - np.clip(doubt, 0.0, 1.0)


def _known_values(plot: LivePlot, metric: Metric, *, estimates: bool = True) -> np.ndarray:
    parts = [
        np.atleast_1d(anchor.values[metric])
        for anchor in plot.anchors.values()
        if metric in anchor.values
    ]
    values = plot.values.get(metric)
    if values is not None:
        parts.append(values[plot.measured])
        # Where the measured points crowd at walls, they alone would say too much of walls.
        if estimates and metric in plot.estimates:
            parts.append(plot.estimates[metric][~plot.measured])
    known = np.concatenate(parts) if parts else np.empty(0)
    return known[np.isfinite(known)]


def data_range(plot: LivePlot, metric: Metric) -> Limits | None:
    """Smallest and largest value, measured or estimated."""
    known = _known_values(plot, metric)
    if not known.size:
        return None
    return Limits(float(known.min()), float(known.max()))


def possible_scale(plot: LivePlot, metric: Metric, wanted: ValueScale) -> ValueScale:
    """The scale that is wanted, but no logarithm where no value is above 0."""
    return wanted if wanted == "linear" or least_positive(plot, metric) else "linear"


def least_positive(plot: LivePlot, metric: Metric) -> float:
    """The smallest value above 0 that was measured; 0 if there is none.

    Estimates that are but a little too low would reach down for decades.
    """
    known = _known_values(plot, metric, estimates=False)
    return float(known[known > 0].min(initial=np.inf)) if (known > 0).any() else 0.0


def robust_limits(plot: LivePlot, metric: Metric, scale: ValueScale = "linear") -> Limits | None:
    """Limits for the colour map: from the minimum to a high percentile of what is known.

    On a logarithmic scale to the maximum: there, walls leave the basin its colours.
    """
    known = _known_values(plot, metric)
    if not known.size:
        return None
    share = ROBUST_PERCENTILE if scale == "linear" else 100.0
    low, high = float(known.min()), float(np.percentile(known, share))
    if high <= low:
        high = low + max(abs(low) * 1e-3, 1e-6)
    if scale == "linear":
        return Limits(low, high)
    least = least_positive(plot, metric)
    return usable(Limits(0.0, high), scale, least) if least else Limits(low, high)


def drawn_limits(
    plot: LivePlot, metric: Metric, scale: ValueScale, manual: Limits | None
) -> Limits:
    """The limits set by hand, else those of the data, such that the scale can show them."""
    if manual is None:
        return robust_limits(plot, metric, scale) or Limits(0.0, 1.0)
    return usable(manual, scale, least_positive(plot, metric))


def anchor_measurement(anchor: Anchor) -> Measurement:
    """An anchor's values as a measurement."""
    return Measurement(anchor.values, anchor.standard_errors)


def fine_tuned(model: LandscapeModel) -> Measurement | None:
    """The fine-tuned model's own metrics, as measured."""
    known = model.rollback.measured.get(frozenset())
    if known is not None:
        return known
    for plot in model.plots.values():
        if "end" in plot.anchors:
            return anchor_measurement(plot.anchors["end"])
    return None


def rolled_back(model: LandscapeModel, names: frozenset[str]) -> Measurement | None:
    """The metrics of exactly this combination of rolled-back groups, or None: never a guess."""
    known = model.rollback.measured.get(names)
    if known is not None or not names:
        return known or fine_tuned(model)
    if len(names) == 1:
        for plot in model.plots.values():
            if frozenset((plot.group,)) == names and "rolled_back" in plot.anchors:
                return anchor_measurement(plot.anchors["rolled_back"])
    return None


def build_markers(
    model: LandscapeModel, plot: LivePlot, metric: Metric, rollback: frozenset[str]
) -> tuple[Marker, ...]:
    """Start and end; on a layer-group surface the end and the star.

    The star stands at the fine-tuned model (0, 0), or at (−1, 0) once the surface's group is
    rolled back. Its value is that of exactly the chosen combination of groups, NaN until measured.
    """

    def own(name: str) -> float:
        anchor = plot.anchors.get(name)
        return anchor.values.get(metric, float("nan")) if anchor else float("nan")

    if plot.plane.origin != "theta1":
        return (
            Marker("start", "start", 0.0, 0.0, own("start")),
            Marker("end", "fine-tuned", 1.0, 0.0, own("end")),
        )
    measurement = rolled_back(model, rollback)
    value = measurement.values.get(metric, float("nan")) if measurement else float("nan")
    names = " + ".join(name for name in model.groups if name in rollback)
    end = Marker("end", "fine-tuned", 0.0, 0.0, own("end"))
    star = Marker(
        "rolled_back",
        f"{names} rolled back" if names else "",
        -1.0 if plot.group in rollback else 0.0,
        0.0,
        value,
    )
    return (end, star)


@dataclass(frozen=True)
class DrawnTrajectory:
    """A trajectory and the axes it is drawn on: None means those of the surface."""

    overlay: TrajectoryOverlay
    axes: AxisTitles | None


def build_trajectory(
    model: LandscapeModel, plot: LivePlot, metric: Metric, kind: ProjectionKind
) -> DrawnTrajectory | None:
    """Project the checkpoints; None where the file holds too little for it."""
    gram = np.asarray(plot.plane.gram, dtype=np.float64)
    has_axis2 = plot.beta is not None
    origin: Origin = "theta1" if plot.plane.origin == "theta1" else "theta0"
    if gram.ndim != 2 or gram.shape[0] < (2 if has_axis2 else 1) or not np.isfinite(gram).all():
        return None
    try:
        projection = project(gram, kind, has_axis2=has_axis2, origin=origin)
    except ValueError:
        return None
    count = len(projection.alpha)
    value = np.full(count, np.nan)
    known = plot.checkpoint_values.get(metric)
    if known is not None:
        value[: min(count, len(known))] = known[:count]
    caption = f"Trajectory: {PROJECTION_TITLES[kind].lower()}"
    axes = None
    if kind == "pca":
        shares = projection.explained or (float("nan"), float("nan"))
        axes = AxisTitles(
            f"PC 1  ({shares[0]:.0%} of the variance)",
            f"PC 2  ({shares[1]:.0%} of the variance)",
            METRIC_TITLES[metric],
        )
    overlay = TrajectoryOverlay(
        alpha=projection.alpha,
        beta=projection.beta,
        value=value,
        off_plane=projection.off_plane,
        labels=checkpoint_labels(model, count),
        caption=caption,
    )
    return DrawnTrajectory(overlay, axes)


def checkpoint_labels(model: LandscapeModel, count: int) -> tuple[str, ...]:
    """One short text per checkpoint: ``start``, then its epoch."""
    known = model.run.checkpoints
    labels = ["start"]
    for index in range(1, count):
        labels.append(f"{known[index].epoch:g}" if index < len(known) else str(index))
    return tuple(labels[:count])
