"""Words and numbers as the window says them, in one place so that they agree everywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from landscape_gui.shares import percentage
from landscape_gui.specs import (
    CurveSpec,
    DemoSpec,
    HessianSpec,
    JobSpec,
    Metric,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
    TrainSpec,
)

ProjectionKind: TypeAlias = Literal["deviation", "plane", "pca"]
PROJECTIONS: tuple[ProjectionKind, ...] = ("deviation", "plane", "pca")

METRIC_TITLES: dict[Metric, str] = {
    "train_loss": "training loss",
    "train_error": "training error",
    "dev_loss": "development loss",
    "dev_error": "development error",
}
METRIC_LABELS: dict[Metric, str] = {
    "train_loss": "Train loss",
    "train_error": "Train error",
    "dev_loss": "Dev loss",
    "dev_error": "Dev error",
}
PROJECTION_TITLES: dict[ProjectionKind, str] = {
    "deviation": "Deviation (as in the paper)",
    "plane": "In the plane",
    "pca": "Principal components",
}
PROJECTION_CAPTIONS: dict[ProjectionKind, str] = {
    "deviation": "β is how far a checkpoint is from the line along δ1; never negative, and not "
    "its nearest point in this plane (Hao et al. 2019, Eq. 3–5).",
    "plane": "Nearest point in the plane, by least squares on δ1 and δ2.",
    "pca": "Axes are the leading principal components of the checkpoints, not those of the "
    "surface (Li et al. 2018).",
}

CURVE_CAPTION = (
    "Checkpoints are drawn on surfaces. Off line: how far each is from the line along δ1, as a "
    "share of its distance from the start."
)

NO_NUMBER = "–"
MINUS = "\N{MINUS SIGN}"


def number(value: float | None, digits: int = 4) -> str:
    """A measured value: ``0.6931``; an en dash where there is none."""
    if value is None or math.isnan(value):
        return NO_NUMBER
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.3g}".replace("-", MINUS)
    return f"{value:.{digits}f}".replace("-", MINUS)


def metric_value(metric: Metric, value: float | None) -> str:
    """A loss as a number, an error as a percentage."""
    if value is None or math.isnan(value) or metric.endswith("_loss"):
        return number(value)
    return f"{100 * value:.2f} %"


def metric_difference(metric: Metric, value: float) -> str:
    """A difference with its sign; percentage points for errors."""
    if math.isnan(value):
        return NO_NUMBER
    shown = 100 * value if metric.endswith("_error") else value
    text = f"{shown:+.2f}" if metric.endswith("_error") else f"{shown:+.4f}"
    return text.replace("-", MINUS)


def duration(seconds: float) -> str:
    """A span of time to the precision that helps: ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    total = max(0, round(seconds))
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min {total % 60} s"
    return f"{total // 3600} h {total % 3600 // 60} min"


def rate(per_second: float, unit: str = "points") -> str:
    """Points (or steps) per second, or seconds per point where that is the larger number."""
    if per_second <= 0:
        return ""
    if per_second >= 1:
        return f"{per_second:.1f} {unit}/s"
    return f"{1 / per_second:.1f} s/{unit.removesuffix('s')}"


def axis2_words(spec: dict[str, Any]) -> str:
    """Axis 2 of a surface's spec in words."""
    axis = spec.get("axis2") or {}
    match axis.get("kind"):
        case "random":
            return f"random {axis.get('seed', 0)}"
        case "pca":
            return "PCA"
        case "other_run":
            return f"{str(axis.get('run', '')).rstrip('/').rsplit('/', 1)[-1]}"
    return ""


def job_title(spec: JobSpec) -> str:
    """What a job does, for the jobs panel."""
    match spec:
        case SurfaceSpec():
            part = f"layers “{spec.group.name}”" if spec.group else "whole model"
            size = f"{spec.lattice.alpha_points} × {spec.lattice.beta_points}"
            if spec.part_of is not None:
                return f"Finer part of {spec.part_of} of {spec.run.name}: {part}, {size}"
            axis = {OtherRunAxis: "other run", RandomAxis: "random", PCAAxis: "PCA"}
            words = f"Surface of {spec.run.name}: {part}, {size}, axis 2 {axis[type(spec.axis2)]}"
            return f"{words}, to {percentage(spec.tolerance, 3)}" if spec.tolerance else words
        case CurveSpec():
            part = f"layers “{spec.group.name}”" if spec.group else "whole model"
            return f"Curve of {spec.run.name}: {part}, {spec.points} points"
        case RollbackSpec():
            if len(spec.combinations) == 1:
                names = " + ".join(spec.combinations[0]) or "nothing"
                return f"Roll back of {spec.run.name}: {names}"
            return f"Rollback table of {spec.run.name}"
        case HessianSpec():
            return f"Curvature of {spec.run.name} at the fine-tuned model"
        case TrainSpec():
            how = "Fine-tuning" if spec.init == "pretrained" else "Training from scratch"
            return f"{how}: {spec.model.rstrip('/').rsplit('/', 1)[-1]} on {spec.task.label}"
        case DemoSpec():
            return "Demonstration"


def examples_text(examples: Mapping[str, int | None]) -> str:
    """How many examples were evaluated, from an ExamplesSpec as a dict."""

    def count(split: str) -> str:
        n = examples.get(split)
        return "all" if n is None else f"{n:,}"

    return f"{count('train')} train, {count('dev')} dev"
