"""From the window's widgets and session to plain values: what the screen shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from landscape_gui.figures.spec import FigureKind, Look, Range, Source
from landscape_gui.specs import Metric
from landscape_gui.ui.compare.grids import FIGURES
from landscape_gui.ui.compare.items import Contrast, Quantity, quantity_of, sources_of
from landscape_gui.ui.compare.items import Source as Shown
from landscape_gui.ui.compare.naming import surface_words
from landscape_gui.ui.compare.page import ComparePage
from landscape_gui.ui.figure_export.screen import OpenFile, Screen
from landscape_gui.ui.figure_export.seen_part import seen_part
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.panels.curves_page import CurvesPage
from landscape_gui.ui.panels.history_page import HistoryPage
from landscape_gui.ui.panels.surface_page import SurfacePage
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.scene_building import drawn_limits, possible_scale
from landscape_gui.ui.session import Session
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.views.curve_plot import CurvePlot
from landscape_gui.ui.views.plot_frame import PlotFrame

# Digits that a command may show: more would not be seen in a picture.
_DIGITS = 5
_FIGURES: dict[str, FigureKind] = {title: name for name, title in FIGURES.items()}


class ScreenReader:
    """Knows the pages, and tells what the one in front shows."""

    def __init__(
        self,
        session: Session,
        surface: SurfacePage,
        curves: CurvesPage,
        history: HistoryPage,
        comparison: ComparePage,
    ) -> None:
        self._session = session
        self._surface, self._curves, self._history = surface, curves, history
        self._comparison = comparison

    def read(self) -> Screen | None:
        """What the screen shows; None while nothing is open."""
        session = self._session
        if session.model is None or session.selection is None:
            return None
        models = session.landscapes.values()
        titles = run_titles(models)
        common: dict[str, Any] = {
            "files": tuple(_open_file(model, titles[model.path]) for model in models),
            "selected": session.model.path,
        }
        if session.comparing and session.comparison.items:
            return self._compared(common)
        match session.selection.kind:
            case "curve":
                return self._curve(common)
            case "history":
                return self._histories(common)
        return self._one(common)

    # -- pages ---------------------------------------------------------------------------------

    def _one(self, common: dict[str, Any]) -> Screen:
        """The surface page: 3D view and map."""
        session, map_, solid = self._session, self._surface.contour.plot, self._surface.surface
        plot, model = session.plot, session.model
        shown: tuple[Source, ...] = ()
        limits = alpha = beta = None
        look = self._look(session.show_trajectory, solid.camera(), solid)
        if plot is not None and model is not None and plot.kind == "surface":
            shown = (Source(file=model.path, name=plot.name),)
            scale = possible_scale(plot, session.metric, session.value_scale)
            drawn = drawn_limits(plot, session.metric, scale, session.manual_limits)
            limits = _range(drawn)
            look = look.model_copy(update={"log": scale == "log", "dots": map_.dots_wanted()})
            if not map_.trajectory_alone and plot.beta is not None:
                alpha, beta = _seen(map_, plot)
        # Without a zoom the page as a whole, else the part of the map that one looks at.
        kind: FigureKind = "landscape" if alpha is None else "contour"
        return Screen(
            page="surface", kind=kind, shown=shown, metric=session.metric, look=look,
            limits=limits, alpha=alpha, beta=beta, **common,
        )  # fmt: skip

    def _curve(self, common: dict[str, Any]) -> Screen:
        session, page = self._session, self._curves
        group = session.plot.group if session.plot is not None else ""
        plot = page.plot.plot
        shown = tuple(
            Source(file=model.path, name=curve.name)
            for model in session.landscapes.values()
            for curve in model.of_kind("curve")
            if curve.group == group and session.metric in curve.values
            if f"{model.path}\n{curve.name}" not in plot.hidden
        )
        alpha, limits = _zoomed(plot)
        return Screen(
            page="curve", kind="curve", shown=shown, metric=session.metric,
            look=Look(log=plot.log_y, unit=page.unit, color_map=session.color_map),
            alpha=alpha, limits=limits, mixed=self._mixed(), **common,
        )  # fmt: skip

    def _histories(self, common: dict[str, Any]) -> Screen:
        session, page = self._session, self._history
        plot = page.plot.plot
        shown = tuple(
            Source(file=path) for path in session.landscapes if str(path) not in plot.hidden
        )
        return Screen(
            page="history", kind="history", shown=shown, metric=page.quantity,
            look=Look(log=plot.log_y, color_map=session.color_map), limits=_zoomed(plot)[1],
            mixed=self._mixed(), **common,
        )  # fmt: skip

    def _compared(self, common: dict[str, Any]) -> Screen:
        session, page = self._session, self._comparison
        comparison = session.comparison
        items = comparison.items
        panels = [item for item in items if isinstance(item, Shown)]
        contrasts = [item for item in items if isinstance(item, Contrast)]
        view: FigureKind = "surface" if comparison.kind == "3d" else "contour"
        kind: FigureKind = view
        drawn = [*panels]
        if not panels and contrasts:
            kind, drawn = "difference", list(sources_of(contrasts[0]))
        elif comparison.kind == "3d":  # as the paper draws its figures
            kind = _FIGURES.get(comparison.title, kind)
        # A metric that all have is the figure's; else each panel names its own.
        metrics: set[Metric] = {item.metric for item in drawn}
        metric = metrics.pop() if len(metrics) == 1 else session.metric
        alike = all(item.metric == metric for item in drawn)
        shown = tuple(
            Source(file=item.path, name=item.name, metric=None if alike else item.metric)
            for item in drawn
        )
        solid = next((p.surface for p in page.panels if p.surface is not None), None)
        look = self._look(comparison.trajectories, page.camera, solid)
        look = look.model_copy(
            update={
                "own_scales": not comparison.shared,
                "log": session.value_scale == "log",
                "floor": False,
            }
        )
        of = contrasts[:1] if kind == "difference" else panels
        quantities: set[Quantity] = {quantity_of(item) for item in of}
        one = quantities.pop() if len(quantities) == 1 and comparison.shared else None
        bar = page.bars.get(one) if one is not None else None
        return Screen(
            page="compare", kind=kind, shown=shown, metric=metric, look=look,
            limits=_range(bar.limits) if bar is not None else None, mixed=self._mixed(), **common,
        )  # fmt: skip

    # -- parts ---------------------------------------------------------------------------------

    def _look(self, trajectory: bool, camera: Camera, solid: QWidget | None) -> Look:
        session = self._session
        crop = None
        if solid is not None and solid.isVisible():
            crop = seen_part(camera, solid.width(), solid.height())
        return Look(
            color_map=session.color_map,
            fill=session.fill,
            lines=session.contour_lines,
            floor=session.floor_lines,
            projection=session.projection,
            trajectory=trajectory,
            azimuth=round(camera.azimuth, 1),
            elevation=round(camera.elevation, 1),
            parallel=camera.parallel or camera.flat,
            crop=crop,
        )

    def _mixed(self) -> bool:
        return len({model.run.model for model in self._session.landscapes.values()}) > 1


def _open_file(model: LandscapeModel, title: str) -> OpenFile:
    return OpenFile(
        path=model.path,
        title=title,
        surfaces=_named(model.of_kind("surface")),
        curves=_named(model.of_kind("curve")),
    )


def _named(plots: Sequence[LivePlot]) -> tuple[tuple[str, str], ...]:
    """Names and the layers that move; where they are the same, what else tells them apart."""
    parts = [f"layers {plot.group}" if plot.group else "whole model" for plot in plots]
    return tuple(
        (plot.name, part if parts.count(part) == 1 else _in_full(plot))
        for plot, part in zip(plots, parts, strict=True)
    )


def _in_full(plot: LivePlot) -> str:
    return f"{surface_words(plot)} ({plot.name})"


def _range(limits: Limits) -> Range | None:
    """Rounded outwards: nothing that is seen is cut off."""
    low, high = -_rounded_up(-limits.low), _rounded_up(limits.high)
    return (low, high) if low < high else None


def _rounded_up(value: float) -> float:
    (nearest,) = _rounded(value)
    if nearest >= value or not math.isfinite(value):
        return nearest
    step = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - _DIGITS)
    return _rounded(nearest + step)[0]


def _rounded(*numbers: float) -> tuple[float, ...]:
    return tuple(float(f"{value:.{_DIGITS}g}") for value in numbers)


def _seen(plot: PlotFrame, surface: LivePlot) -> tuple[Range | None, Range | None]:
    """The part of a surface that a zoomed map shows."""
    if plot.at_home() or surface.beta is None:
        return None, None
    shown, spans = plot.shown, []
    for low, high, axis in (
        (shown.left, shown.right, surface.alpha),
        (shown.bottom, shown.top, surface.beta),
    ):
        first, last = _rounded(max(low, float(axis[0])), min(high, float(axis[-1])))
        if not first < last:
            return None, None
        spans.append((first, last))
    return spans[0], spans[1]


def _zoomed(plot: CurvePlot) -> tuple[Range | None, Range | None]:
    """The ranges of both axes where one zoomed in; on a logarithmic axis only that of x."""
    if plot.at_home():
        return None, None
    shown = plot.shown
    left, right, bottom, top = _rounded(shown.left, shown.right, shown.bottom, shown.top)
    return (left, right), None if plot.log_y else (bottom, top)
