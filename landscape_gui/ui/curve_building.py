"""From open landscapes to lines: 1D curves of all runs, and training histories. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from landscape_gui.engine.events import TrainingProgress
from landscape_gui.specs import Metric
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene import FloatArray

HistoryQuantity: TypeAlias = Literal["train_loss", "dev_loss", "dev_error"]


@dataclass(frozen=True, eq=False)
class Line:
    """One line: ``x`` ascending, gaps where ``y`` is NaN; ``dashed`` for training from scratch."""

    label: str
    x: FloatArray
    y: FloatArray
    dashed: bool
    emphasized: bool = False
    dots: bool = False


def curve_lines(
    models: Iterable[LandscapeModel], selected: LivePlot | None, metric: Metric
) -> list[Line]:
    """The curves of all open runs on the layer group of the one selected (Hao et al., Fig. 5)."""
    group = selected.group if selected is not None else ""
    lines = []
    for model in models:
        for plot in model.of_kind("curve"):
            if plot.group != group or metric not in plot.values:
                continue
            y = np.where(plot.measured, plot.values[metric], np.nan)
            known = np.isfinite(y)
            if known.any():
                # Only measured points: a curve that is growing is joined across what is missing.
                lines.append(
                    Line(
                        _label(model, plot),
                        plot.alpha[known],
                        y[known],
                        model.run.init == "scratch",
                        plot is selected,
                    )
                )
    return lines


def _label(model: LandscapeModel, plot: LivePlot) -> str:
    several = sum(p.group == plot.group for p in model.of_kind("curve")) > 1
    return f"{model.run.name} ({plot.name})" if several else model.run.name


def history_lines(
    models: Iterable[LandscapeModel],
    training: dict[Path, list[TrainingProgress]],
    quantity: HistoryQuantity,
) -> list[Line]:
    """Training histories of all open runs and of those being trained (Hao et al., Fig. 2)."""
    lines = []
    known = set()
    for model in models:
        known.add(Path(model.run.path))
        past = model.run.history
        y = np.asarray(getattr(past, quantity), dtype=np.float64)
        line = _history_line(model.run.name, past.epoch, y, model.run.init == "scratch")
        if line is not None:
            lines.append(line)
    for run, progress in training.items():
        if run in known:
            continue
        x = np.array([event.epoch for event in progress])
        line = _history_line(run.name, x, _column(progress, quantity), "scratch" in run.name)
        if line is not None:
            lines.append(line)
    return lines


def _column(progress: Sequence[TrainingProgress], quantity: HistoryQuantity) -> FloatArray:
    values = (getattr(event, quantity) for event in progress)
    return np.array([np.nan if value is None else value for value in values])


def _history_line(label: str, x: FloatArray, y: FloatArray, dashed: bool) -> Line | None:
    known = np.isfinite(y)
    if not known.any():
        return None
    return Line(label, np.asarray(x)[known], y[known], dashed, dots=int(known.sum()) <= 40)
