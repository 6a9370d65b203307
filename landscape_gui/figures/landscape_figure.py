"""Loss surfaces for a paper: in three dimensions above, as contours with the trajectory below.

Hao et al. 2019, Fig. 1, 3, 4, 6 and 7, depending on what is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LightSource, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.panel_data import (
    BoolArray,
    FloatArray,
    Panel,
    Point,
    robust_limits,
    run_titles,
    surface_panel,
)
from landscape_gui.figures.style import save_figure
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.store.schema import METRIC_TITLES

__all__ = ["save_figure", "surface_figure"]

_COLUMNS = 4
# Panels narrower than this get fewer ticks, smaller markers and remarks one below the other.
_NARROW_IN = 2.0
_MARKERS: dict[str, dict[str, Any]] = {
    "start": {"marker": "o", "color": style.START, "markersize": 4.5},
    "end": {"marker": "o", "color": style.END, "markersize": 4.5},
    "rolled_back": {"marker": "*", "color": style.ROLLED_BACK, "markersize": 8},
}
_MARKER_TITLES = {"start": "start", "end": "end", "rolled_back": "rolled back"}
_POINT: dict[str, Any] = {"linestyle": "none", "color": "black", "alpha": 0.5}
_MEASURED_MARK: dict[str, Any] = {"marker": ".", "markersize": 1.2}
_SAMPLED_MARK: dict[str, Any] = {
    "marker": "o",
    "markersize": 1.3,
    "markerfacecolor": "none",
    "markeredgewidth": 0.25,
}
# Up to this many, the measured points of an unfinished surface are shown one by one.
_MAX_DOTS = 1000


def surface_figure(
    records: Sequence[LandscapeRecord],
    names: Sequence[str],
    metric: str,
    *,
    width_in: float = 6.3,
    titles: Sequence[str] | None = None,
) -> Figure:
    """Draw surfaces side by side, on one colour scale and with one range of heights.

    Where points are estimated the stored estimates are drawn, measured points are dots and those
    measured on few examples rings. Other points that are not measured yet are interpolated, values
    that are not finite or far above the rest are clipped; each panel's title says so, and the
    figure's label, which is written into the file, in a sentence.

    Parameters
    ----------
    records, names
        Landscapes, and the surface to draw of each; at most four beside each other.
    metric
        ``train_loss``, ``train_error``, ``dev_loss`` or ``dev_error``.
    width_in
        Width of the figure in inches.
    titles
        Titles of the panels; by default task and setting.

    Raises
    ------
    UserError
        If a file holds no such surface, or nothing of the metric.
    """
    if not records or len(records) != len(names):
        raise ValueError("a figure needs landscapes, and one surface name for each")
    shown = titles if titles is not None else run_titles([record.run for record in records])
    panels = [
        surface_panel(record, name, metric, title)
        for record, name, title in zip(records, names, shown, strict=True)
    ]
    low, high = robust_limits([panel.known for panel in panels])
    norm = Normalize(low, high)
    columns = min(len(panels), _COLUMNS)
    rows = math.ceil(len(panels) / columns)

    with style.paper_style():
        column = (width_in - 0.7) / columns
        lines = 0 if not any(panel.remarks(high) for panel in panels) else 1
        if column < _NARROW_IN:
            lines = max(len(panel.remarks(high)) for panel in panels)
        height_in = rows * (1.72 * (column - 0.3) + 0.72 + 0.1 * lines) + 0.22
        figure = style.new_figure(width_in, height_in, fixed_aspect=True)
        grid = figure.add_gridspec(2 * rows, columns, height_ratios=[0.95, 1.0] * rows)
        axes: list[Axes] = []
        for number, panel in enumerate(panels):
            row, place = divmod(number, columns)
            above: Any = figure.add_subplot(grid[2 * row, place], projection="3d")
            _draw_surface(above, panel, norm, column)
            below = figure.add_subplot(grid[2 * row + 1, place])
            _draw_contours(below, panel, norm, column)
            same_beta = len({item.beta_title for item in panels}) == 1
            below.set_xlabel(panel.alpha_title, labelpad=2)
            if place == 0 or not same_beta:
                below.set_ylabel(panel.beta_title, labelpad=1)
            axes += [above, below]
        bar = figure.colorbar(
            ScalarMappable(norm, style.COLOR_MAP),
            ax=axes,
            location="right",
            fraction=0.05,
            aspect=30,
            shrink=0.8,
            pad=0.02,
            extend="max" if any(panel.known.max() > high for panel in panels) else "neither",
        )
        bar.set_label(METRIC_TITLES.get(metric, metric))
        bar.outline.set_linewidth(0.6)  # pyright: ignore[reportCallIssue, reportAttributeAccessIssue]
        bar.ax.yaxis.set_major_locator(MaxNLocator(6))
        _add_legend(figure, panels)
        figure.set_label(" ".join(f"{panel.title}: {panel.provenance()}" for panel in panels))
    return figure


def _draw_surface(axes: Any, panel: Panel, norm: Normalize, width_in: float) -> None:
    axes.computed_zorder = False  # markers stay visible behind a ridge
    low, high = _limits(norm)
    smooth = _refinement(max(panel.values.shape))
    height = panel.heights(low, high, smooth)
    alpha, beta = _refined(panel.alpha, smooth), _refined(panel.beta, smooth)
    colors = mpl.colormaps[style.COLOR_MAP](norm(height))[..., :3]
    shaded = LightSource(azdeg=300, altdeg=50).shade_rgb(
        colors,
        height * (0.35 * float(np.ptp(alpha)) / (high - low)),
        dx=float(np.diff(alpha).mean()),
        dy=float(np.diff(beta).mean()),
        blend_mode="soft",
        fraction=0.6,
    )
    step = max(1, len(alpha) // 100), max(1, len(beta) // 100)
    axes.plot_surface(
        *np.meshgrid(alpha, beta),
        height,
        facecolors=shaded,
        shade=False,
        linewidth=0,
        antialiased=False,
        rstride=step[1],
        cstride=step[0],
        rasterized=True,
        zorder=1,
    )
    for point in panel.points:
        axes.plot(
            [point.alpha],
            [point.beta],
            [_height_at(panel, point, panel.heights(low, high), norm)],
            linestyle="none",
            markeredgecolor="white",
            markeredgewidth=0.7,
            zorder=5,
            **_marker(point.kind, width_in),
        )
    axes.set_xlim(panel.alpha[0], panel.alpha[-1])
    axes.set_ylim(panel.beta[0], panel.beta[-1])
    axes.set_zlim(norm.vmin, norm.vmax)
    axes.view_init(elev=32, azim=-58)
    axes.set_box_aspect((1, 1, 0.62), zoom=1.05)
    few = 3 if width_in < _NARROW_IN else 5
    for axis, label in ((axes.xaxis, "α"), (axes.yaxis, "β"), (axes.zaxis, "")):
        axis.set_major_locator(MaxNLocator(few, integer=label != ""))
        axis.set_pane_color((1.0, 1.0, 1.0, 0.0))
        axis.line.set_color(style.MUTED)
        axis.line.set_linewidth(0.6)
        axis._axinfo["grid"].update(color=style.GRID, linewidth=0.5)
        axis._axinfo["tick"].update(inward_factor=0.1, outward_factor=0.1)
        axis.set_tick_params(pad=-3, labelsize=6)
        axis.set_label_text(label)
        axis.labelpad = -9
    axes.set_title(panel.title, pad=1)


def _draw_contours(axes: Axes, panel: Panel, norm: Normalize, width_in: float) -> None:
    height = panel.heights(*_limits(norm))
    axes.pcolormesh(
        panel.alpha,
        panel.beta,
        height,
        norm=norm,
        cmap=style.COLOR_MAP,
        shading="gouraud",
        rasterized=True,
    )
    levels = MaxNLocator(12).tick_values(*_limits(norm))
    inside = [level for level in levels if height.min() < level < height.max()]
    if inside:
        axes.contour(
            panel.alpha,
            panel.beta,
            height,
            levels=inside,
            colors="white",
            alpha=0.55,
            linewidths=0.45,
        )
    if not panel.measured.all() and panel.measured.sum() <= _MAX_DOTS:
        _mark(axes, panel, panel.measured, _MEASURED_MARK)
        if panel.sampled is not None and panel.sampled.sum() <= _MAX_DOTS:
            _mark(axes, panel, panel.sampled, _SAMPLED_MARK)
    if panel.trajectory is not None:
        halo = [withStroke(linewidth=2.4, foreground="white", alpha=0.9)]
        axes.plot(
            *panel.trajectory,
            color=style.INK,
            linewidth=0.9,
            marker="o",
            markersize=1.8,
            path_effects=halo,
            zorder=4,
        )
    for point in panel.points:
        axes.plot(
            [point.alpha],
            [point.beta],
            linestyle="none",
            markeredgecolor="white",
            markeredgewidth=0.7,
            zorder=5,
            **_marker(point.kind, width_in),
        )
    axes.set_xlim(panel.alpha[0], panel.alpha[-1])
    axes.set_ylim(panel.beta[0], panel.beta[-1])
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, integer=True))
    remarks = panel.remarks(_limits(norm)[1])
    if remarks:
        axes.set_title(
            ("\n" if width_in < _NARROW_IN else ", ").join(remarks),
            fontsize=6,
            color=style.MUTED,
            pad=2,
        )


def _mark(axes: Axes, panel: Panel, points: BoolArray, look: dict[str, Any]) -> None:
    rows, columns = np.nonzero(points)
    axes.plot(panel.alpha[columns], panel.beta[rows], **_POINT, **look)


def _point_handle(text: str, look: dict[str, Any]) -> Line2D:
    return Line2D([], [], label=text, **(_POINT | look | {"markersize": 2.5 * look["markersize"]}))


def _height_at(panel: Panel, point: Point, height: Any, norm: Normalize) -> float:
    """The point's own value where it was measured, else that of the surface under it."""
    if math.isfinite(point.value):
        return float(np.clip(point.value, *_limits(norm)))
    i = int(np.abs(panel.alpha - point.alpha).argmin())
    j = int(np.abs(panel.beta - point.beta).argmin())
    return float(height[j, i])


def _marker(kind: str, width_in: float) -> dict[str, Any]:
    look = _MARKERS[kind]
    return look | {"markersize": look["markersize"] * (0.75 if width_in < _NARROW_IN else 1.0)}


def _limits(norm: Normalize) -> tuple[float, float]:
    assert norm.vmin is not None
    assert norm.vmax is not None
    return norm.vmin, norm.vmax


def _refinement(points: int) -> int:
    """Power of two that makes a coarse lattice look smooth, at about 80 cells per axis."""
    factor = 1
    while factor * 2 * (points - 1) <= 80:
        factor *= 2
    return factor


def _refined(points: FloatArray, factor: int) -> FloatArray:
    """Axis points with ``factor − 1`` more between every two."""
    places = np.arange((len(points) - 1) * factor + 1) / factor
    return np.interp(places, np.arange(len(points)), points)


def _add_legend(figure: Figure, panels: Sequence[Panel]) -> None:
    kinds = dict.fromkeys(point.kind for panel in panels for point in panel.points)
    handles = [
        Line2D(
            [], [], linestyle="none", markeredgecolor="white", label=_MARKER_TITLES[kind],
            **_MARKERS[kind],
        )
        for kind in kinds
    ]  # fmt: skip
    if any(panel.trajectory is not None for panel in panels):
        handles.append(
            Line2D(
                [], [], color=style.INK, linewidth=0.9, marker="o", markersize=1.8,
                label="checkpoints, projected into the plane",
            )
        )  # fmt: skip
    estimated = any(panel.estimated is not None for panel in panels)
    if estimated:
        handles.append(_point_handle("measured", _MEASURED_MARK))
    if any(panel.sampled is not None for panel in panels):
        handles.append(_point_handle("on few examples", _SAMPLED_MARK))
    columns = len(handles)
    if estimated:
        columns = 2 if figure.get_size_inches()[0] < 2 * _NARROW_IN else 3
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=columns,
        handlelength=1.6,
        handletextpad=0.5,
    )
