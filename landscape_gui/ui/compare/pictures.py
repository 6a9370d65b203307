"""From an item of the comparison to what its panel shows, as plain values. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from landscape_gui.geometry.difference import SampledSurface, SurfaceDifference, difference
from landscape_gui.geometry.estimate import fill
from landscape_gui.specs import Metric
from landscape_gui.ui.accuracy import points_words, split_of
from landscape_gui.ui.compare.items import Contrast, Quantity, Source, look_up, quantity_of
from landscape_gui.ui.compare.naming import (
    contrast_title,
    setting_words,
    surface_words,
)
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.scene import (
    AxisTitles,
    BoolArray,
    FloatArray,
    Marker,
    SurfaceScene,
    TrajectoryOverlay,
    ValueScale,
)
from landscape_gui.ui.scene_building import (
    SURE,
    UNSURE,
    axis_titles,
    build_markers,
    build_scene,
    build_trajectory,
)
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import METRIC_TITLES, ProjectionKind, axis2_words

# An interpolated value is drawn veiled, but not as unsure as one that is merely filled in.
_INTERPOLATED_TRUST = 0.6


@dataclass(frozen=True, eq=False)
class PanelPicture:
    """What one panel shows.

    Attributes
    ----------
    scene
        None while nothing is known.
    known
        float64[k]: the values that limits are taken from.
    title, subtitle
        Run, and task, initialisation and surface.
    notes
        What has to be known about the picture: how much is measured, what was resampled.
    reason
        Why there can be no scene; empty where there is one, or will be.
    interpolated
        bool[m, n] of a difference; None where nothing is.
    """

    quantity: Quantity
    scene: SurfaceScene | None
    known: FloatArray
    markers: tuple[Marker, ...]
    trajectory: TrajectoryOverlay | None
    title: str
    subtitle: str
    metric_title: str
    notes: tuple[str, ...] = ()
    reason: str = ""
    interpolated: BoolArray | None = None


def panel_picture(
    session: Session,
    item: Source | Contrast,
    projection: ProjectionKind | None,
    scale: ValueScale = "linear",
) -> PanelPicture | None:
    """The picture of a surface or a difference; None if it is not open.

    Parameters
    ----------
    projection
        How trajectories are projected; None draws none.
    scale
        How the values of a surface are spaced; differences are always linear.
    """
    titles = run_titles(session.landscapes.values())
    if isinstance(item, Source):
        found = look_up(session, item)
        if found is None:
            return None
        return _surface(titles[item.path], *found, item.metric, projection, scale)
    first, second = look_up(session, item.first), look_up(session, item.second)
    if first is None or second is None:
        return None
    return _contrast(item, first, second, titles)


def _surface(
    title: str,
    model: LandscapeModel,
    plot: LivePlot,
    metric: Metric,
    projection: ProjectionKind | None,
    scale: ValueScale,
) -> PanelPicture:
    drawn = build_trajectory(model, plot, metric, projection) if projection is not None else None
    # Principal components have axes of their own, not these.
    overlay = drawn.overlay if drawn is not None and drawn.axes is None else None
    if overlay is not None:  # the page says once which projection it is
        overlay = replace(overlay, caption="")
    known = sampled_surface(plot, metric).values
    whole = plot.done == plot.total and not plot.not_finite(metric).any()
    return PanelPicture(
        quantity=quantity_of(Source(model.path, plot.name, metric)),
        scene=build_scene(plot, metric, scale, model.parts_of(plot)),
        known=known[np.isfinite(known)],
        markers=markers_of(model, plot, metric),
        trajectory=overlay,
        title=title,
        subtitle=_joined(setting_words(model.run), surface_words(plot)),
        metric_title=METRIC_TITLES[metric],
        notes=() if whole else (points_words(plot, metric),),
    )


def markers_of(model: LandscapeModel, plot: LivePlot, metric: Metric) -> tuple[Marker, ...]:
    """Start and end; for a layer group the end and, as a star, the group rolled back (Fig. 7)."""
    return build_markers(model, plot, metric, frozenset((plot.group,) if plot.group else ()))


def sampled_surface(plot: LivePlot, metric: Metric) -> SampledSurface:
    """A surface as far as it is known: measured, or estimated with or without a bound."""
    assert plot.beta is not None
    shape = plot.measured.shape
    values = plot.values.get(metric, np.full(shape, np.nan))
    believed = plot.estimates.get(metric, np.full(shape, np.nan))
    bounds = plot.bounds.get(metric, np.full(shape, np.nan))
    return SampledSurface(
        plot.alpha,
        plot.beta,
        np.where(plot.measured, values, believed),
        plot.measured.copy(),
        np.where(plot.measured, 0.0, bounds),
    )


def _contrast(
    item: Contrast,
    first: tuple[LandscapeModel, LivePlot],
    second: tuple[LandscapeModel, LivePlot],
    titles: Mapping[Path, str],
) -> PanelPicture:
    (model_a, a), (model_b, b) = first, second
    metric_a, metric_b = item.first.metric, item.second.metric
    same_metric = metric_a == metric_b
    kind = "loss" if metric_a.endswith("_loss") else "error"
    what = METRIC_TITLES[metric_a] if same_metric else kind
    title = contrast_title(item, model_a, model_b, titles)
    if model_a is model_b:
        subtitle = _joined(titles[model_a.path], surface_words(a) if a is b else "")
    else:
        subtitle = _joined(setting_words(model_a.run), "−", setting_words(model_b.run), by=" ")
    reason = _why_not(a, b)
    found = (
        None if reason else difference(sampled_surface(a, metric_a), sampled_surface(b, metric_b))
    )
    if not reason and found is None:
        reason = "They have no part of the plane in common."
    scene = None
    if found is not None and np.isfinite(found.values).any():
        axes = _titles(a, b, metric_a, f"Δ {what}")
        paired = split_of(metric_a) == split_of(metric_b) and model_a.run.task == model_b.run.task
        errors = None if paired else _standard_errors(found, (a, metric_a), (b, metric_b))
        scene = difference_scene(found, axes, errors)
    known = found.values[np.isfinite(found.values)] if found is not None else np.empty(0)
    return PanelPicture(
        quantity=quantity_of(item),
        scene=scene,
        known=known,
        markers=_marker_differences(first, second, metric_a, metric_b) if scene else (),
        trajectory=None,
        title=title,
        subtitle=subtitle,
        metric_title=f"{what} difference" if same_metric else f"{kind} difference",
        notes=tuple(_remarks(found, a, b)),
        reason=reason,
        interpolated=found.interpolated if found is not None and found.resampled else None,
    )


def _why_not(a: LivePlot, b: LivePlot) -> str:
    if (a.plane.origin == "theta1") != (b.plane.origin == "theta1"):
        return (
            "A whole model’s α counts from the start, a layer group’s from the fine-tuned model: "
            "these two cannot be subtracted point by point."
        )
    return ""


def difference_scene(
    found: SurfaceDifference, titles: AxisTitles, standard_error: FloatArray | None
) -> SurfaceScene:
    """A difference as a scene: measured only where both are, else as sure as it is known."""
    known = np.isfinite(found.values)
    magnitude = np.abs(found.values[known])
    span = max(float(np.percentile(magnitude, 98.0)), 1e-12)
    with np.errstate(invalid="ignore"):
        doubt = (found.bounds / span - SURE) / (UNSURE - SURE)
    trust = np.where(np.isnan(doubt), 0.0, 1.0 - np.clip(doubt, 0.0, 1.0))
    trust = np.where(known & np.isnan(found.bounds), _INTERPOLATED_TRUST, trust)
    trust = np.where(found.measured, 1.0, np.where(known, trust, 0.0))
    whole = bool(found.measured.all())
    return SurfaceScene(
        alpha=found.alpha,
        beta=found.beta,
        height=found.values.copy() if known.all() else fill(found.values, known),
        measured=found.measured.copy(),
        titles=titles,
        bound=None if whole else np.where(known, found.bounds, np.nan),
        trust=None if whole else trust,
        standard_error=standard_error,
        not_finite=found.not_finite.copy() if found.not_finite.any() else None,
    )


def _standard_errors(
    found: SurfaceDifference, first: tuple[LivePlot, Metric], second: tuple[LivePlot, Metric]
) -> FloatArray | None:
    """Standard error of a difference of independent means; None where the lattices differ."""
    parts = [plot.standard_errors.get(metric) for plot, metric in (first, second)]
    a, b = parts
    if a is None or b is None or found.resampled:
        return None
    if a.shape != found.values.shape or b.shape != found.values.shape:
        return None
    return np.where(found.measured, np.hypot(a, b), np.nan)


def _titles(a: LivePlot, b: LivePlot, metric: Metric, value: str) -> AxisTitles:
    own, other = axis_titles(a, metric), axis_titles(b, metric)
    alpha = own.alpha if own.alpha == other.alpha else "α  (each its own)"
    beta = own.beta if own.beta == other.beta else "β  (each its own)"
    return AxisTitles(alpha, beta, value)


def _remarks(found: SurfaceDifference | None, a: LivePlot, b: LivePlot) -> list[str]:
    if found is None:
        return []
    remarks = []
    done, total = int(found.measured.sum()), found.measured.size
    if found.resampled:
        rows, columns = found.values.shape
        remarks.append(f"lattices differ: interpolated onto the common {columns} × {rows} points")
    if done < total:
        how = "measured and finite" if found.not_finite.any() else "measured"
        remarks.append(f"{done:,} of {total:,} points {how} in both")
    if (axis2_words(a.spec) or a.plane.axis2_label) != (axis2_words(b.spec) or b.plane.axis2_label):
        remarks.append("β is another direction in each")
    return remarks


def _marker_differences(
    first: tuple[LandscapeModel, LivePlot],
    second: tuple[LandscapeModel, LivePlot],
    metric_a: Metric,
    metric_b: Metric,
) -> tuple[Marker, ...]:
    ours = markers_of(*first, metric_a)
    theirs = markers_of(*second, metric_b)
    return tuple(
        Marker(a.kind, a.label, a.alpha, a.beta, a.value - b.value)
        for a, b in zip(ours, theirs, strict=True)
    )


def _joined(*parts: str, by: str = "  ·  ") -> str:
    return by.join(part for part in parts if part)
