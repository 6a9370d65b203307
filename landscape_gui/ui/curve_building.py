"""From open landscapes to lines: 1D curves of all runs, and training histories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from landscape_gui.engine.events import TrainingProgress
from landscape_gui.specs import Metric
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.plot_naming import telling_apart
from landscape_gui.ui.run_naming import run_titles, told_apart
from landscape_gui.ui.scene import FloatArray
from landscape_gui.ui.views.curve_plot import CurveLine

HistoryQuantity: TypeAlias = Literal["train_loss", "dev_loss", "dev_error"]


CurveUnit: TypeAlias = Literal["alpha", "distance", "filter"]
CURVE_UNITS: tuple[tuple[CurveUnit, str], ...] = (
    ("alpha", "α"),
    ("distance", "Distance"),
    ("filter", "Filter-normalised"),
)


@dataclass(frozen=True)
class CurveSet:
    """Curves in a unit, and the names of those whose file does not say enough for it.

    Attributes
    ----------
    title
        Of the x axis.
    marks
        Named positions on it that all curves share.
    """

    lines: tuple[CurveLine, ...]
    missing: tuple[str, ...]
    title: str
    marks: tuple[tuple[float, str], ...]


def curve_lines(
    models: Iterable[LandscapeModel],
    selected: LivePlot | None,
    metric: Metric,
    unit: CurveUnit = "alpha",
) -> CurveSet:
    """The curves of all open runs on the layer group of the one selected (Hao et al., Fig. 5).

    The selected curve comes last: views draw it on top. In units other than α all curves are laid
    with their fine-tuned model at 0, so that widths can be compared.
    """
    group = selected.group if selected is not None else ""
    lines: list[CurveLine] = []
    front: CurveLine | None = None
    missing: list[str] = []
    models = list(models)
    titles = run_titles(models)
    spare = count(len(models))  # colours of a run's further curves
    for color, model in enumerate(models):
        curves = [plot for plot in model.of_kind("curve") if plot.group == group]
        details = telling_apart(curves, lambda plot: plot.group)
        for plot in curves:
            own = color if plot is curves[0] else next(spare)
            if metric not in plot.values:
                continue
            label, scale = _label(titles[model.path], details[id(plot)]), unit_length(plot, unit)
            if scale is None:
                missing.append(label)
                continue
            line = _curve(label, plot, metric, model, own, scale if unit != "alpha" else None)
            if line is not None and plot is selected:
                front = line
            elif line is not None:
                lines.append(line)
    every = (*lines, front) if front is not None else tuple(lines)
    return CurveSet(every, tuple(missing), _x_title(unit, group), _marks(unit, group))


def unit_length(plot: LivePlot, unit: CurveUnit) -> float | None:
    """How long δ1 is in a unit; None where the file does not say.

    ``distance`` is Euclidean, over all parameters that move. ``filter`` is in units of
    filter-normalised directions (Li et al. 2018, §4): one moves every filter by its own norm, δ1
    moves them by the ratio that the engine keeps with the curve.
    """
    if unit == "alpha":
        return 1.0
    found = plot.plane.axis1_norm if unit == "distance" else plot.notes.get("filter_ratio")
    known = isinstance(found, int | float) and np.isfinite(found) and found > 0
    return float(found) if known and found is not None else None


def _x_title(unit: CurveUnit, group: str) -> str:
    match unit:
        case "distance":
            return "distance  (from the fine-tuned model along δ1, in weight space)"
        case "filter":
            return "relative change  (from the fine-tuned model; 1: every filter by its own norm)"
    return f"α  (layers “{group}”)" if group else "α  (direction to the fine-tuned model)"


def _marks(unit: CurveUnit, group: str) -> tuple[tuple[float, str], ...]:
    if unit != "alpha":
        return ((0.0, "fine-tuned"),)
    if group:
        return ((-1.0, "rolled back"), (0.0, "fine-tuned"))
    return ((0.0, "start"), (1.0, "fine-tuned"))


def _label(title: str, detail: str) -> str:
    return f"{title} ({detail})" if detail else title


def _curve(
    label: str,
    plot: LivePlot,
    metric: Metric,
    model: LandscapeModel,
    color: int,
    scale: float | None,
) -> CurveLine | None:
    """One curve over α, or from its fine-tuned model on with δ1 ``scale`` long."""
    x, start = plot.alpha, None
    if scale is not None:
        end = 0.0 if plot.plane.origin == "theta1" else 1.0
        x, start = (plot.alpha - end) * scale, -scale
    line = _line(label, x, plot.values[metric], model, color, plot.standard_errors.get(metric))
    if line is None:
        return None
    return replace(line, key=f"{model.path}\n{plot.name}", start=start)


def _line(
    label: str,
    x: FloatArray,
    y: FloatArray,
    model: LandscapeModel | None,
    color: int,
    error: FloatArray | None = None,
) -> CurveLine | None:
    """Only measured points: a line that is growing is joined across what is missing."""
    known = np.isfinite(y)
    if not known.any():
        return None
    dashed = model.run.init == "scratch" if model is not None else "scratch" in label
    measured = np.ones(int(known.sum()), dtype=bool)
    line = CurveLine(label, np.asarray(x)[known], y[known], measured, dashed, color)
    return line if error is None else replace(line, error=error[known])


def history_lines(
    models: Iterable[LandscapeModel],
    training: dict[Path, list[TrainingProgress]],
    quantity: HistoryQuantity,
) -> list[CurveLine]:
    """Training histories of all open runs and of those being trained (Hao et al., Fig. 2).

    A landscape has the colour of its curves, also where another holds the same training.
    """
    lines: list[CurveLine | None] = []
    models = list(models)
    known = {Path(model.run.path) for model in models}
    going_on = {run: progress for run, progress in training.items() if run not in known}
    titles = told_apart(run_titles(models) | {run: run.name for run in going_on})
    for color, model in enumerate(models):
        past = model.run.history
        y = np.asarray(getattr(past, quantity), dtype=np.float64)
        line = _line(titles[model.path], past.epoch, y, model, color)
        lines.append(line and replace(line, key=str(model.path)))
    for color, (run, progress) in enumerate(going_on.items(), len(models)):
        x = np.array([event.epoch for event in progress])
        line = _line(titles[run], x, _column(progress, quantity), None, color)
        lines.append(line and replace(line, key=str(run)))
    return [line for line in lines if line is not None]


def _column(progress: Sequence[TrainingProgress], quantity: HistoryQuantity) -> FloatArray:
    values = (getattr(event, quantity) for event in progress)
    return np.array([np.nan if value is None else value for value in values])
