"""Trajectories on their own leading principal components (Li et al. 2018, §7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.layout import lay_out
from landscape_gui.figures.legends import Typeset, fit_legend
from landscape_gui.figures.markers import legend_handles, marker
from landscape_gui.figures.models import needs_path
from landscape_gui.figures.page import Page
from landscape_gui.figures.spec import Look
from landscape_gui.figures.titles import epoch_words, run_titles
from landscape_gui.figures.wrapping import fitted_title
from landscape_gui.geometry.trajectory import Projection, project
from landscape_gui.store.records import LandscapeRecord

_RATIO = 0.8
_MOST_COLUMNS = 3
# With letters of 8 pt: what an axis title needs, and what numbers and titles beside a panel take.
_LEAST_PANEL_IN, _BESIDE_IN, _ABOVE_IN = 1.4, 0.55, 0.75
# Of a tick's number with what parts it from the next, along each axis.
_NUMBER_WIDE_IN, _NUMBER_HIGH_IN = 0.36, 0.28
_FEWEST_TICKS, _MOST_TICKS = 3, 8
_LETTER_PT = 6.0


def components_figure(records: Sequence[LandscapeRecord], *, look: Look, page: Page) -> Figure:
    """Draw each run's checkpoints on axes of their own, with the variance that these explain.

    Raises
    ------
    UserError
        If a run has no checkpoint between start and end.
    """
    for record in records:
        needs_path(record)
    titles = run_titles([record.run for record in records])
    with style.paper_style(page.preset):
        room = int(page.width / style.pt(_LEAST_PANEL_IN))
        columns = max(min(len(records), _MOST_COLUMNS, room), 1)
        rows = -(-len(records) // columns)
        high = (page.height_in or page.preset.height_in) / rows - style.pt(_ABOVE_IN)
        width = min(page.width / columns - style.pt(_BESIDE_IN), high / _RATIO)
        figure = style.bare_figure(page.width, page.width, page=page.preset)
        places: list[list[Axes | None]] = [[None] * columns for _ in range(rows)]
        for number, (record, title) in enumerate(zip(records, titles, strict=True)):
            axes = figure.add_axes((0.3, 0.3, 0.4, 0.4))
            places[number // columns][number % columns] = axes
            path = project(record.run.gram, "pca", has_axis2=False)
            _draw(axes, path, epoch_words(record.run), width)
            axes.set_title(fitted_title(title, width), linespacing=0.95)
        handles = legend_handles(("start", "end"))

        def fit(renderer: RendererBase, typeset: Typeset) -> None:
            fit_legend(
                figure, handles, renderer, typeset,
                most_columns=2, loc="lower center", borderpad=0.1, borderaxespad=0.0,
            )  # fmt: skip
            lay_out(figure, places, [], page, renderer)

        figure.fit_with(fit)
    return figure


def _draw(axes: Axes, path: Projection, epochs: Sequence[str], width_in: float) -> None:
    size = np.array([width_in, _RATIO * width_in])
    axes.set_box_aspect(_RATIO)
    axes.plot(
        path.alpha, path.beta, color=style.INK, linewidth=style.pt(0.9), marker="o",
        markersize=style.pt(2.2), zorder=2,
    )  # fmt: skip
    _number(axes, np.stack((path.alpha, path.beta), axis=1), epochs, size)
    for kind, k in (("start", 0), ("end", -1)):
        axes.plot(path.alpha[k], path.beta[k], linestyle="none", zorder=5, **marker(kind))
    shares = path.explained or (0.0, 0.0)
    axes.set_xlabel(f"PC 1 in ‖δ1‖ ({100 * shares[0]:.0f} %)", labelpad=style.pt(2))
    axes.set_ylabel(f"PC 2 in ‖δ1‖ ({100 * shares[1]:.0f} %)", labelpad=style.pt(2))
    # The number of a checkpoint at the path's edge is within the frame as well.
    share = np.minimum(style.pt(2 * _LETTER_PT) / 72 / size, 0.25)
    axes.margins(*np.maximum(share / (1 - 2 * share), 0.12))
    each = style.pt(1) * np.array([_NUMBER_WIDE_IN, _NUMBER_HIGH_IN])
    for axis, most in zip((axes.xaxis, axes.yaxis), size / each, strict=True):
        most = min(max(int(most), _FEWEST_TICKS), _MOST_TICKS)
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
    axes.grid(True)


def _number(axes: Axes, points: FloatArray, epochs: Sequence[str], size: FloatArray) -> None:
    """Numbers of epochs, where there is room: on the outer side of the path's bends."""
    spans = np.ptp(points, axis=0)
    places = points / np.where(spans > 0, spans, 1.0) * size  # in inches, nearly
    last = 0
    for k in range(1, len(epochs) - 1):
        gaps = [float(np.hypot(*(places[k] - places[j]))) for j in (last, -1)]
        if min(gaps) < style.pt(1.8 * _LETTER_PT) / 72:
            continue
        last = k
        axes.annotate(
            epochs[k], (points[k, 0], points[k, 1]),
            xytext=tuple(style.pt(1.1 * _LETTER_PT) * _outwards(*places[k - 1 : k + 2])),
            textcoords="offset points", fontsize=style.pt(_LETTER_PT), color=style.MUTED,
            ha="center", va="center",
        )  # fmt: skip


def _outwards(before: FloatArray, here: FloatArray, after: FloatArray) -> FloatArray:
    """Unit vector away from both neighbours; where the path is straight, to its left."""
    back, ahead = _unit(before - here), _unit(after - here)
    away = -(back + ahead)
    if np.hypot(*away) < 0.1:
        away = np.array([-ahead[1], ahead[0]])
    return _unit(away)


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.hypot(*vector))
    return vector / length if length > 0 else np.zeros(2)
