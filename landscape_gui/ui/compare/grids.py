"""The paper's figures laid out from what is open: which panels, and what is missing. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from landscape_gui.specs import Metric
from landscape_gui.ui.compare.comparison import MOST_IN_FIGURE
from landscape_gui.ui.compare.items import Item, Missing, Source
from landscape_gui.ui.compare.naming import SETTINGS, TASKS, task_title
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.run_naming import run_titles

FigureName: TypeAlias = Literal["1", "6", "7"]

FIGURES: dict[FigureName, str] = {
    "1": "Figure 1: training loss, from scratch and fine-tuned",
    "6": "Figure 6: development error, from scratch and fine-tuned",
    "7": "Figure 7: training loss by layer groups",
}
_METRICS: dict[FigureName, Metric] = {"1": "train_loss", "6": "dev_error", "7": "train_loss"}
_GROUPS = ("low", "middle", "high")
_MOST_TASKS = 4


@dataclass(frozen=True)
class Grid:
    """Panels row by row, and what is missing in words."""

    items: tuple[Item, ...]
    columns: int
    title: str
    note: str


def paper_figure(name: FigureName, models: Sequence[LandscapeModel]) -> Grid | None:
    """A figure of Hao et al. 2019 from open files; None if nothing that is open belongs to it."""
    if name == "7":
        return _by_groups(models)
    return _by_setting(name, models)


def _by_setting(name: FigureName, models: Sequence[LandscapeModel]) -> Grid | None:
    """From scratch in the top row, fine-tuned in the bottom row, a column per task."""
    metric = _METRICS[name]
    found: dict[tuple[str, str], list[tuple[LandscapeModel, LivePlot]]] = {}
    for model in models:
        plot = _whole_model(model, metric)
        if plot is not None:
            # Of what is not known to be from scratch, fine-tuning is what the program is about.
            setting = "scratch" if model.run.init == "scratch" else "pretrained"
            found.setdefault((setting, model.run.task), []).append((model, plot))
    if not found:
        return None
    tasks = _in_paper_order({task for _, task in found})
    shown, left_out = tasks[:_MOST_TASKS], tasks[_MOST_TASKS:]
    items: list[Item] = []
    absent: list[str] = []
    for setting in ("scratch", "pretrained"):
        for task in shown:
            pairs = found.get((setting, task))
            if pairs:
                items.append(Source(pairs[0][0].path, pairs[0][1].name, metric))
            else:
                words = f"{task_title(task) or 'the run'} {SETTINGS[setting]}"
                absent.append(words)
                items.append(Missing(words, f"No open file holds a surface of {words}."))
    notes = [f"Not open: {', '.join(absent)}."] if absent else []
    if left_out:
        names = ", ".join(task_title(task) for task in left_out)
        notes.append(f"Left out, as four tasks fit: {names}.")
    titles = run_titles(models)
    more = [titles[m.path] for key, pairs in found.items() if key[1] in shown for m, _ in pairs[1:]]
    if more:
        notes.append(f"Open as well, but not shown: {', '.join(more)}.")
    return Grid(tuple(items), len(shown), FIGURES[name], " ".join(notes))


def _by_groups(models: Sequence[LandscapeModel]) -> Grid | None:
    """A row per run, a column per layer group: low, middle, high."""
    metric = _METRICS["7"]
    rows = [model for model in models if _groups(model, metric)]
    # Fine-tuned models are what the figure is about, tasks in the paper's order.
    rows.sort(key=lambda model: (model.run.init == "scratch", _place(model.run.task)))
    if not rows:
        return None
    most = MOST_IN_FIGURE // len(_GROUPS)
    shown, left_out = rows[:most], rows[most:]
    items: list[Item] = []
    absent: list[str] = []
    titles = run_titles(models)
    for model in shown:
        groups = _groups(model, metric)
        for name in _GROUPS:
            plot = groups.get(name)
            if plot is not None:
                items.append(Source(model.path, plot.name, metric))
            else:
                title = f"{titles[model.path]}, layers {name}"
                absent.append(title)
                words = "Its surface is not measured yet: Measure in the layers panel does that."
                items.append(Missing(title, words))
    notes = [f"Not measured: {'; '.join(absent)}."] if absent else []
    if left_out:
        names = ", ".join(titles[model.path] for model in left_out)
        notes.append(f"Left out, as {most} runs fit: {names}.")
    return Grid(tuple(items), len(_GROUPS), FIGURES["7"], " ".join(notes))


def _whole_model(model: LandscapeModel, metric: Metric) -> LivePlot | None:
    plots = [p for p in model.of_kind("surface") if not p.group and metric in p.metrics()]
    # The paper's second axis is another task's direction.
    plots.sort(key=lambda p: (p.spec.get("axis2") or {}).get("kind") != "other_run")
    return plots[0] if plots else None


def _groups(model: LandscapeModel, metric: Metric) -> dict[str, LivePlot]:
    found: dict[str, LivePlot] = {}
    for plot in model.of_kind("surface"):
        if plot.group in _GROUPS and metric in plot.metrics():
            found.setdefault(plot.group, plot)
    return found


def _place(task: str) -> tuple[int, str]:
    names = list(TASKS)
    return (names.index(task) if task in names else len(names), task)


def _in_paper_order(tasks: set[str]) -> list[str]:
    return sorted(tasks, key=_place)
