"""Which landscapes are open, and what of them is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from landscape_gui.specs import METRICS, Metric
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.view_choices import ViewChoices


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at: a surface or a curve of an open file, or its training history."""

    path: Path
    kind: Literal["surface", "curve", "history"]
    name: str = ""


class OpenLandscapes(ViewChoices):
    """The open landscapes by their files, and the selection among them.

    Attributes
    ----------
    landscapes_changed
        Files or their surfaces and curves came or went.
    selection_changed
        Another surface, curve or history is looked at.
    """

    landscapes_changed = Signal()
    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.landscapes: dict[Path, LandscapeModel] = {}
        self._selection: Selection | None = None

    @property
    def selection(self) -> Selection | None:
        """What is looked at."""
        return self._selection

    @property
    def model(self) -> LandscapeModel | None:
        """The landscape file that is looked at."""
        return self.landscapes.get(self._selection.path) if self._selection else None

    @property
    def plot(self) -> LivePlot | None:
        """The surface or curve that is looked at."""
        if self._selection is None or self.model is None:
            return None
        if self._selection.kind == "history":
            return None
        return self.model.plots.get((self._selection.kind, self._selection.name))

    @property
    def parts(self) -> list[LivePlot]:
        """Finer parts of the surface that is looked at, the finest last."""
        model, plot = self.model, self.plot
        return model.parts_of(plot) if model is not None and plot is not None else []

    def select(self, selection: Selection) -> None:
        """Look at something else; the metric follows where the new one lacks it.

        Without a name the page itself is looked at: it shows what other files have, or offers to
        measure what it lacks.
        """
        model = self.landscapes.get(selection.path)
        if model is None:
            return
        known = not selection.name or (selection.kind, selection.name) in model.plots
        if selection.kind != "history" and not known:
            selection = self.first_of(selection.path)
        self._selection = selection
        metrics = self.available_metrics()
        if metrics and self.metric not in metrics:
            self.metric = metrics[0]
        self.selection_changed.emit()

    def select_group(self, group: str) -> bool:
        """Look at the surface of a layer group ("" is the whole model); False if there is none."""
        model, current = self.model, self.plot
        if model is None:
            return False
        candidates = [plot for plot in model.of_kind("surface") if plot.group == group]
        if not candidates:
            return False
        axis2 = (current.spec.get("axis2") if current else None) or None
        best = next((p for p in candidates if p.spec.get("axis2") == axis2), candidates[0])
        self.select(Selection(model.path, "surface", best.name))
        return True

    def available_metrics(self) -> tuple[Metric, ...]:
        """Metrics of what is looked at."""
        plot = self.plot
        return plot.metrics() if plot is not None else METRICS

    def first_of(self, path: Path) -> Selection:
        """What to look at where nothing of a landscape is chosen."""
        model = self.landscapes[path]
        for (kind, name), plot in model.plots.items():
            if kind == "surface" and not plot.group:
                return Selection(path, kind, name)
        for kind, name in model.plots:
            return Selection(path, kind, name)
        return Selection(path, "history")
