"""Names of compared landscapes: run, task, initialisation, surface, metric. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from landscape_gui.store.records import RunRecord
from landscape_gui.ui.compare.items import Contrast, Source
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.run_naming import APART
from landscape_gui.ui.wording import METRIC_TITLES, axis2_words

TASKS = {"mnli": "MNLI", "rte": "RTE", "sst2": "SST-2", "mrpc": "MRPC"}
"""GLUE tasks in the paper's order."""
SETTINGS = {"scratch": "from scratch", "pretrained": "fine-tuned"}


def task_title(task: str) -> str:
    """A task's usual name."""
    return TASKS.get(task, task)


def setting_words(run: RunRecord) -> str:
    """``SST-2, fine-tuned``; what is not known is left out."""
    parts = [task_title(run.task), SETTINGS.get(run.init, "")]
    return ", ".join(part for part in parts if part)


def surface_words(plot: LivePlot) -> str:
    """Which surface of a file: ``whole model, other axis sst2``."""
    part = f"layers {plot.group}" if plot.group else "whole model"
    axis = axis2_words(plot.spec) or plot.plane.axis2_label
    return f"{part}, β: {axis}" if axis else part


def contrast_title(
    contrast: Contrast,
    first: LandscapeModel,
    second: LandscapeModel,
    titles: Mapping[Path, str],
) -> str:
    """What is subtracted from what, naming only what differs.

    ``training loss − development loss`` of one surface, else ``run A − run B`` or, of one run name,
    ``mrpc · seed1 − seed0``; ``titles`` are those of ``run_titles``.
    """
    metrics = METRIC_TITLES[contrast.first.metric], METRIC_TITLES[contrast.second.metric]
    if _same_surface(contrast.first, contrast.second):
        return f"{metrics[0]} − {metrics[1]}"
    names = titles[first.path], titles[second.path]
    if first is not second and first.run.name == second.run.name:
        names = names[0], names[1].removeprefix(f"{second.run.name}{APART}")
    if first is second:
        plots = [
            model.plots[("surface", source.name)]
            for model, source in ((first, contrast.first), (second, contrast.second))
        ]
        words = [f"layers {plot.group}" if plot.group else "whole model" for plot in plots]
        names = (words[0], words[1]) if words[0] != words[1] else tuple(p.name for p in plots)
    if metrics[0] != metrics[1]:
        return f"{names[0]}, {metrics[0]} − {names[1]}, {metrics[1]}"
    return f"{names[0]} − {names[1]}"


def _same_surface(a: Source, b: Source) -> bool:
    return (a.path, a.name) == (b.path, b.name)
