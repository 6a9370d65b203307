"""Panels side by side on one scale: surfaces, contour maps, or one above the other."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.contour_panel import (
    MEASURED_MARK,
    POINT_MARK,
    SAMPLED_MARK,
    draw_contours,
)
from landscape_gui.figures.layout import Bar, lay_out
from landscape_gui.figures.legends import Typeset, fit_legend
from landscape_gui.figures.log_ticks import set_log_ticks
from landscape_gui.figures.markers import NARROW_IN, legend_handles, path_handle
from landscape_gui.figures.page import Page
from landscape_gui.figures.panel import Panel
from landscape_gui.figures.scale import Scale
from landscape_gui.figures.spec import Look
from landscape_gui.figures.surface_panel import draw_surface
from landscape_gui.figures.wrapping import fitted_title, wrapped
from landscape_gui.shares import percentage

GridView: TypeAlias = Literal["3d", "contour", "both"]
PATH_WORDS = {
    "deviation": "checkpoints, deviation",
    "plane": "checkpoints, projected",
    "pca": "checkpoints",
}
_BAR_IN = 0.62
_SMALL_LETTERS_PER_IN = 26
_LEGEND: dict[str, Any] = {
    "loc": "lower center",
    "handlelength": 1.6,
    "handletextpad": 0.5,
    "borderpad": 0.1,
    "borderaxespad": 0.0,
}
BAR_LABEL = "colour bar"


@dataclass(frozen=True)
class Grid:
    """Panels row by row.

    Attributes
    ----------
    cells
        What is drawn, or words about what is missing.
    heads, sides
        Titles of columns and rows; without heads each panel has its own title.
    """

    cells: tuple[Panel | str, ...]
    columns: int
    heads: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    @property
    def panels(self) -> list[Panel]:
        """Those that are there."""
        return [cell for cell in self.cells if isinstance(cell, Panel)]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return -(-len(self.cells) // self.columns)


def draw_grid(
    grid: Grid, view: GridView, scales: Sequence[Scale], quantity: str, look: Look, page: Page
) -> Figure:
    """Draw panels of one size.

    Parameters
    ----------
    scales
        One for all panels, or one for each.
    quantity
        Title of the colour bar.
    """
    deep = 2 if view == "both" else 1
    with style.paper_style(page.preset):
        figure = style.bare_figure(page.width, page.width, page=page.preset)
        bars = 1 if len(scales) == 1 else grid.columns
        width = (page.width - bars * style.pt(_BAR_IN)) / grid.columns - style.pt(0.18)
        high = (page.height_in or page.preset.height_in) / (deep * grid.rows)
        width = min(width, 1.1 * (high - style.pt(0.45)))
        places: list[list[Axes | None]] = [[None] * grid.columns for _ in range(deep * grid.rows)]
        shown: list[FloatArray] = []
        found: list[Bar] = []
        for place, cell in enumerate(grid.cells):
            row, column = divmod(place, grid.columns)
            mine = [figure.add_axes((0.3, 0.3, 0.4, 0.4)) for _ in range(deep)]
            for k, axes in enumerate(mine):
                places[deep * row + k][column] = axes
            if grid.sides and column == 0:
                for axes in mine:
                    axes.set_ylabel(grid.sides[row], fontweight="bold", labelpad=style.pt(9))
            if isinstance(cell, str):
                _draw_missing(mine, cell)
                _title(mine[0], grid, place, None, "", width)
                continue
            number = len(shown)
            scale = scales[0] if len(scales) == 1 else scales[number]
            _draw_panel(mine, grid, place, view, scale, look, width)
            letter = string.ascii_lowercase[number % 26] if page.preset.letters else ""
            _title(mine[0], grid, place, cell, letter, width)
            seen = cell.known_in(look.alpha, look.beta)
            shown.append(seen)
            if look.remarks:
                remarks = cell.remarks(scale.high, seen)
                _remark(mine[-1], remarks, width, under_title=deep == 1)
            if len(scales) > 1:
                found.append(Bar(_bar(figure, scale, quantity, [seen], deep * width), tuple(mine)))
        if len(scales) == 1:
            found.append(Bar(_bar(figure, scales[0], quantity, shown, deep * grid.rows * width)))
        entries = _legend_entries(grid.panels, look, view)
        figure.set_label(" ".join(f"{p.title}: {p.provenance()}" for p in grid.panels))

        def fit(renderer: RendererBase, typeset: Typeset) -> None:
            if entries:
                fit_legend(figure, entries, renderer, typeset, most_columns=len(entries), **_LEGEND)
            lay_out(figure, places, found, page, renderer)

        figure.fit_with(fit)
    return figure


def _draw_panel(
    axes: Sequence[Axes],
    grid: Grid,
    place: int,
    view: GridView,
    scale: Scale,
    look: Look,
    width_in: float,
) -> None:
    panel = grid.cells[place]
    assert isinstance(panel, Panel)
    if view != "contour":
        draw_surface(axes[0], panel, scale, look, width_in)
    if view != "3d":
        draw_contours(axes[-1], panel, scale, look, width_in)
        _name_axes(axes[-1], grid, place, panel)


def _draw_missing(places: Sequence[Axes], words: str) -> None:
    for axes in places:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_box_aspect(0.8)
        axes.patch.set_visible(False)
        for spine in axes.spines.values():
            spine.set_color(style.GRID)
            spine.set_linestyle((0, (2, 2)))
    places[0].text(
        0.5, 0.5, words, transform=places[0].transAxes, ha="center", va="center",
        color=style.MUTED, fontsize=style.pt(6.5),
    )  # fmt: skip


def _title(
    axes: Axes, grid: Grid, place: int, panel: Panel | None, letter: str, width_in: float
) -> None:
    words = panel.title if panel is not None else ""
    if grid.heads:
        words = grid.heads[place] if place < grid.columns else ""
    words = fitted_title(words, width_in)
    axes.set_title(words, fontweight="bold" if grid.heads else "normal", linespacing=0.95)
    if letter:
        axes.set_title(letter, loc="left", fontweight="bold")


def _remark(axes: Axes, remarks: Sequence[str], width_in: float, *, under_title: bool) -> None:
    """What a reader has to know, in small letters; a title above makes room for it."""
    if not remarks:
        return
    size = style.pt(6)
    most = int(_SMALL_LETTERS_PER_IN * width_in / style.pt(1))
    lines = list(remarks) if width_in < style.pt(NARROW_IN) else [", ".join(remarks)]
    lines = [part for line in lines for part in wrapped(line, most)]
    if not under_title:
        axes.set_title(
            "\n".join(lines), fontsize=size, color=style.MUTED, pad=style.pt(2), linespacing=1.05
        )
        return
    axes.annotate(
        "\n".join(lines), (0.5, 1.0), xycoords="axes fraction", xytext=(0, style.pt(1.5)),
        textcoords="offset points", ha="center", va="bottom", fontsize=size, color=style.MUTED,
        linespacing=1.05,
    )  # fmt: skip
    pad = style.pt(3) + 1.15 * size * len(lines)
    axes.set_title(axes.get_title(), pad=pad, fontweight=axes.title.get_fontweight())


def _name_axes(axes: Axes, grid: Grid, place: int, panel: Panel) -> None:
    """Titles and numbers of α and β, but once per row and column where they are the same."""
    panels = grid.panels
    below = grid.cells[place + grid.columns :: grid.columns]
    before = grid.cells[place - place % grid.columns : place]
    lowest = not any(isinstance(cell, Panel) for cell in below)
    first = not any(isinstance(cell, Panel) for cell in before)
    alike = all(
        np.array_equal(panel.alpha, other.alpha) and np.array_equal(panel.beta, other.beta)
        for other in panels
    )
    if lowest or len({p.alpha_title for p in panels}) > 1:
        axes.set_xlabel(panel.alpha_title, labelpad=style.pt(1.5))
    elif alike:
        axes.tick_params(labelbottom=False)
    if first or len({p.beta_title for p in panels}) > 1:
        side = axes.get_ylabel()
        words = f"{side}\n{panel.beta_title}" if side else panel.beta_title
        axes.set_ylabel(words, labelpad=style.pt(1), fontweight="normal")
    elif alike:
        axes.tick_params(labelleft=False)


def _bar(
    figure: Figure, scale: Scale, quantity: str, shown: Sequence[FloatArray], height_in: float
) -> Axes:
    """A colour bar beside panels that are about so high, ``height_in``."""
    slack = 1e-6 * (scale.high - scale.low)
    above = any(values.max() > scale.high + slack for values in shown)
    below = any(values.min() < scale.low - slack for values in shown)
    extend = {(True, True): "both", (True, False): "max", (False, True): "min"}
    axes = figure.add_axes((0.5, 0.2, 0.02, 0.6), label=BAR_LABEL)
    bar = figure.colorbar(
        ScalarMappable(scale.norm, style.colors_of(scale.color_map)),
        cax=axes,
        extend=extend.get((above, below), "neither"),
        extendfrac=0.03,
    )
    bar.set_label(quantity, labelpad=style.pt(3))
    parts: Any = bar
    parts.outline.set_linewidth(style.pt(0.6))
    parts.solids.set_rasterized(True)
    parts.solids.set_edgecolor("face")
    if scale.log:
        set_log_ticks(bar.ax.yaxis, scale.low, scale.high)
    else:
        most = max(2, min(6, int(0.6 * height_in / style.pt(0.15))))
        bar.ax.yaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    return axes


def _legend_entries(panels: Sequence[Panel], look: Look, view: GridView) -> list[Line2D]:
    handles = legend_handles(point.kind for panel in panels for point in panel.points)
    if look.trajectory is not False and any(panel.trajectory is not None for panel in panels):
        words = PATH_WORDS[look.projection]
        # The question that every reader asks: how far from this plane were they?
        off = max(panel.off_plane for panel in panels if panel.trajectory is not None)
        if off > 0:
            words += f", up to {percentage(off)} off the plane"
        handles.append(path_handle(words))
    if look.dots and view != "3d":
        if any(not panel.measured.all() for panel in panels):
            handles.append(_point_handle("measured", MEASURED_MARK))
        if any(panel.sampled is not None for panel in panels):
            handles.append(_point_handle("on few examples", SAMPLED_MARK))
    return handles


def _point_handle(text: str, look: dict[str, Any]) -> Line2D:
    grown: dict[str, Any] = look | {"markersize": style.pt(2.5 * look["markersize"])}
    return Line2D([], [], label=text, **(POINT_MARK | grown))
