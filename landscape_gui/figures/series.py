"""Colours and line styles of runs: a colour per task, dashed from scratch (Hao et al. 2019)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.lines import Line2D

from landscape_gui.figures import style
from landscape_gui.figures.legends import Typeset, fit_legend
from landscape_gui.figures.log_ticks import set_log_ticks
from landscape_gui.figures.page import Page
from landscape_gui.figures.style import PaperFigure
from landscape_gui.figures.titles import SETTINGS, run_titles, task_title
from landscape_gui.store.records import RunRecord

_DASHES: Final = (0.0, (3.2, 1.6))
_MOST_HIGH = 0.74


@dataclass(frozen=True)
class Series:
    """How one run is drawn, and its name in the legend."""

    label: str
    look: dict[str, Any]


def run_series(runs: Sequence[RunRecord]) -> list[Series]:
    """One series per run: runs of one task share a colour if their setting tells them apart."""
    labels = run_titles(runs)
    paired = _told_apart(runs)
    keys = [run.task if paired else str(number) for number, run in enumerate(runs)]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return [
        Series(
            label,
            {
                "color": style.LINES[places[key] % len(style.LINES)],
                "linestyle": _DASHES if run.init == "scratch" else "solid",
            },
        )
        for label, key, run in zip(labels, keys, runs, strict=True)
    ]


def _told_apart(runs: Sequence[RunRecord]) -> bool:
    return len({(run.task, run.init) for run in runs}) == len(runs)


def line_figure(page: Page, count: int) -> tuple[PaperFigure, Axes]:
    """A figure with one plot, somewhat wider than high, and room for the legend of so many runs."""
    rows = math.ceil(min(count, 6) / 2)
    needed = min(_MOST_HIGH * page.width, style.pt(3.6)) + style.pt(0.14) * rows
    figure = style.new_figure(page.width, page.height(needed), page=page.preset)
    return figure, figure.add_subplot()


def line_legend(figure: PaperFigure, runs: Sequence[RunRecord], *, ends: bool = False) -> None:
    """Above the plot: tasks and settings apart where lines are pairs of them, else every run.

    With ``ends``, the marks of start and end points as well.
    """
    series = run_series(runs)
    handles = [Line2D([], [], label=one.label, **one.look) for one in series]
    inits = {run.init for run in runs}
    if len(runs) > 2 and _told_apart(runs) and inits == {"scratch", "pretrained"}:
        colors = {task_title(run): one.look["color"] for run, one in zip(runs, series, strict=True)}
        handles = [Line2D([], [], label=task, color=color) for task, color in colors.items()]
        handles += [
            Line2D([], [], label=SETTINGS["pretrained"], color=style.MUTED),
            Line2D([], [], label=SETTINGS["scratch"], color=style.MUTED, linestyle=_DASHES),
        ]
    if ends:
        look: dict[str, Any] = {"linestyle": "none", "color": style.MUTED}
        hollow = {"markerfacecolor": "white", "markersize": style.pt(2.9)}
        handles += [
            Line2D([], [], label="start", marker="D", **(look | hollow)),
            Line2D([], [], label="end", marker="o", markersize=style.pt(3.6), **look),
        ]
    room = figure.get_size_inches()[0] * 72 / style.pt(1)
    longest = max(len(str(handle.get_label())) for handle in handles)
    columns = max(1, min(len(handles), int((room - 8) // (3.3 * longest + 28))))
    columns = math.ceil(len(handles) / math.ceil(len(handles) / columns))

    def fit(renderer: RendererBase, typeset: Typeset) -> None:
        fit_legend(
            figure, handles, renderer, typeset,
            most_columns=columns, loc="outside upper center", borderpad=0.2,
        )  # fmt: skip

    figure.fit_with(fit)


def finish_line_axes(axes: Axes) -> None:
    """Quiet frame, horizontal grid, and round numbers on a logarithmic axis."""
    axes.grid(axis="y")
    if axes.get_yscale() == "log":
        set_log_ticks(axes.yaxis, *axes.get_ylim())
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
