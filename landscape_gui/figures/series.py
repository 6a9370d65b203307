"""Colours and line styles of runs: a colour per task, dashed from scratch (Hao et al. 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from landscape_gui.figures import style
from landscape_gui.figures.panel_data import run_titles
from landscape_gui.store.records import RunRecord


@dataclass(frozen=True)
class Series:
    """How one run is drawn, and its name in the legend."""

    label: str
    look: dict[str, Any]


def run_series(runs: Sequence[RunRecord]) -> list[Series]:
    """One series per run: runs of one task share a colour if their setting tells them apart."""
    labels = run_titles(runs)
    paired = len({(run.task, run.init) for run in runs}) == len(runs)
    keys = [run.task if paired else str(number) for number, run in enumerate(runs)]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return [
        Series(
            label,
            {
                "color": style.LINES[places[key] % len(style.LINES)],
                "linestyle": (0, (3.2, 1.6)) if run.init == "scratch" else "solid",
            },
        )
        for label, key, run in zip(labels, keys, runs, strict=True)
    ]


def finish_line_axes(axes: Axes) -> None:
    """Quiet frame and horizontal grid."""
    axes.grid(axis="y")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
