"""Figures 1, 3, 4, 6 and 7 of Hao et al. 2019: which surface stands where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from landscape_gui.figures.contour_panel import near_path
from landscape_gui.figures.grid import Grid
from landscape_gui.figures.models import (
    GROUPS,
    by_cell,
    group_surfaces,
    in_paper_order,
    needs_metric,
    needs_path,
    refuse_mixed,
    setting_of,
    whole_surface,
)
from landscape_gui.figures.panel import Panel, Point
from landscape_gui.figures.panel_reading import surface_panel
from landscape_gui.figures.spec import Look
from landscape_gui.figures.titles import SETTINGS, shortened, task_title
from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord, SurfaceRecord

METRICS = {
    "1": "train_loss",
    "3": "train_loss",
    "4": "dev_error",
    "6": "dev_error",
    "7": "train_loss",
}


def paper_grid(
    figure: str, records: Sequence[LandscapeRecord], metric: str, look: Look, mixed: bool
) -> tuple[Grid, Look]:
    """The panels of a figure, and how they are drawn.

    Raises
    ------
    UserError
        If a file lacks what the figure needs, or the files are about different models.
    """
    if not mixed:
        refuse_mixed(records, f"Figure {figure}")
    if figure == "7":
        return _by_groups(records, metric, look), look.model_copy(update={"trajectory": False})
    if figure in "34":
        if look.projection == "pca":
            raise UserError(
                f"Figure {figure} shows the path in the plane of the surface, where principal "
                "components have no place.",
                "Choose the projection plane or deviation; `figure trajectory --projection pca` "
                "draws the path over the components.",
            )
        for record in records:
            needs_path(record)
    if figure == "4":
        panels = [_overfitted(record, metric, look) for record in records]
        return Grid(tuple(panels), min(len(panels), 3)), zoomed(look, panels)
    grid = _by_setting(figure, records, metric, look)
    if figure == "3":
        return grid, zoomed(look, grid.panels)
    shown = bool(look.trajectory)
    return grid, look.model_copy(update={"trajectory": shown})


def zoomed(look: Look, panels: list[Panel]) -> Look:
    """Look at the surroundings of all paths, unless ranges are given."""
    alpha, beta = near_path(panels)
    return look.model_copy(
        update={"alpha": look.alpha or alpha, "beta": look.beta or beta, "trajectory": True}
    )


def _by_setting(figure: str, records: Sequence[LandscapeRecord], metric: str, look: Look) -> Grid:
    """From scratch in the top row, fine-tuned in the bottom row, a column per task."""
    found = by_cell(records, f"Figure {figure}")
    runs = [record.run for record in records]
    tasks = list(dict.fromkeys(runs[k].task for k in in_paper_order(runs)))
    settings = [s for s in SETTINGS if any(key[0] == s for key in found)]
    titles = {record.run.task: task_title(record.run) for record in records}
    cells: list[Panel | str] = []
    for setting in settings:
        for task in tasks:
            record = found.get((setting, task))
            cells.append(
                f"{titles[task]}\n{SETTINGS[setting]}:\nno file given"
                if record is None
                else _whole(record, metric, look)
            )
    if len(tasks) == 1:  # side by side, each with a title of its own
        return Grid(tuple(cells), len(cells))
    return Grid(
        tuple(cells),
        len(tasks),
        heads=tuple(titles[task] for task in tasks),
        sides=tuple(SETTINGS[setting] for setting in settings),
    )


def _whole(record: LandscapeRecord, metric: str, look: Look) -> Panel:
    surface = whole_surface(record, metric)
    needs_metric(surface, metric, record)
    title = f"{task_title(record.run)}, {SETTINGS[setting_of(record.run)]}"
    return surface_panel(record, surface.name, metric, title, look.projection)


def _by_groups(records: Sequence[LandscapeRecord], metric: str, look: Look) -> Grid:
    """A row per run, a column per layer group."""
    cells: list[Panel] = []
    records = [records[k] for k in in_paper_order([record.run for record in records])]
    several = len({(r.run.task, setting_of(r.run)) for r in records}) < len(records)
    both = len({setting_of(r.run) for r in records}) > 1
    sides = []
    for record in records:
        name = task_title(record.run)
        if both:
            name += f"\n{SETTINGS[setting_of(record.run)]}"
        sides.append(shortened(record.run.name) if several else name)
        for surface in group_surfaces(record):
            needs_metric(surface, metric, record)
            title = f"{task_title(record.run)}, {surface.group} layers"
            cells.append(surface_panel(record, surface.name, metric, title, look.projection))
    heads = tuple(_group_title(group, records) for group in GROUPS)
    return Grid(tuple(cells), len(GROUPS), heads=heads, sides=tuple(sides))


def _group_title(group: str, records: Sequence[LandscapeRecord]) -> str:
    spans = {tuple((r.layer_groups.get(group) or {}).get("layers") or ()) for r in records}
    layers = spans.pop() if len(spans) == 1 else ()
    if not layers:
        return f"{group} layers"
    return (
        f"{group} layers ({layers[0]}\N{EN DASH}{layers[-1]})"
        if layers[1:]
        else f"{group} layer ({layers[0]})"
    )


def _overfitted(record: LandscapeRecord, metric: str, look: Look) -> Panel:
    """The surface with the checkpoint marked whose development error was lowest."""
    panel = _whole(record, metric, look)
    errors = _own_errors(record, whole_surface(record, metric))
    if panel.trajectory is None or errors is None:
        return panel
    best = int(np.nanargmin(errors[1:])) + 1
    if best >= len(panel.trajectory[0]) - 1:  # the end itself
        return panel
    at = Point(
        "best",
        float(panel.trajectory[0][best]),
        float(panel.trajectory[1][best]),
        float(errors[best]),
    )
    return replace(panel, points=(*panel.points, at))


def _own_errors(record: LandscapeRecord, surface: SurfaceRecord) -> np.ndarray | None:
    """Development error of each checkpoint, as measured with the surface, else while training."""
    measured = surface.checkpoint_values.get("dev_error")
    if measured is not None and np.isfinite(measured[1:]).any():
        return measured
    history = record.run.history
    taken = np.isfinite(history.dev_error)
    found = np.full(len(record.run.checkpoints), np.nan)
    for index, checkpoint in enumerate(record.run.checkpoints):
        here = taken & np.isclose(history.epoch, checkpoint.epoch, atol=1e-3)
        if here.any():
            found[index] = history.dev_error[here][-1]
    return found if np.isfinite(found[1:]).any() else None
