"""From open landscapes to lines: 1D curves of all runs, and training histories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from landscape_gui.engine.events import TrainingProgress
from landscape_gui.specs import Metric
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene import FloatArray
from landscape_gui.ui.views.curve_plot import CurveLine

HistoryQuantity: TypeAlias = Literal["train_loss", "dev_loss", "dev_error"]


def curve_lines(
    models: Iterable[LandscapeModel], selected: LivePlot | None, metric: Metric
) -> list[CurveLine]:
    """The curves of all open runs on the layer group of the one selected (Hao et al., Fig. 5).

    The selected curve comes last: views draw it on top.
    """
    group = selected.group if selected is not None else ""
    lines: list[CurveLine] = []
    front: CurveLine | None = None
    for color, model in enumerate(models):
        for plot in model.of_kind("curve"):
            if plot.group != group or metric not in plot.values:
                continue
            line = _line(_label(model, plot), plot.alpha, plot.values[metric], model, color)
            if line is not None and plot is selected:
                front = line
            elif line is not None:
                lines.append(line)
    return [*lines, front] if front is not None else lines


def _label(model: LandscapeModel, plot: LivePlot) -> str:
    several = sum(p.group == plot.group for p in model.of_kind("curve")) > 1
    return f"{model.run.name} ({plot.name})" if several else model.run.name


def _line(
    label: str, x: FloatArray, y: FloatArray, model: LandscapeModel | None, color: int
) -> CurveLine | None:
    """Only measured points: a line that is growing is joined across what is missing."""
    known = np.isfinite(y)
    if not known.any():
        return None
    dashed = model.run.init == "scratch" if model is not None else "scratch" in label
    measured = np.ones(int(known.sum()), dtype=bool)
    return CurveLine(label, np.asarray(x)[known], y[known], measured, dashed, color)


def history_lines(
    models: Iterable[LandscapeModel],
    training: dict[Path, list[TrainingProgress]],
    quantity: HistoryQuantity,
) -> list[CurveLine]:
    """Training histories of all open runs and of those being trained (Hao et al., Fig. 2)."""
    lines: list[CurveLine | None] = []
    known: set[Path] = set()
    for model in models:
        known.add(Path(model.run.path))
        past = model.run.history
        y = np.asarray(getattr(past, quantity), dtype=np.float64)
        lines.append(_line(model.run.name, past.epoch, y, model, len(known) - 1))
    going_on = [item for item in training.items() if item[0] not in known]
    for color, (run, progress) in enumerate(going_on, len(known)):
        x = np.array([event.epoch for event in progress])
        lines.append(_line(run.name, x, _column(progress, quantity), None, color))
    return [line for line in lines if line is not None]


def _column(progress: Sequence[TrainingProgress], quantity: HistoryQuantity) -> FloatArray:
    values = (getattr(event, quantity) for event in progress)
    return np.array([np.nan if value is None else value for value in values])
