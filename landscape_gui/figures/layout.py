"""Where panels stand on a page of exact width, whatever numbers and titles they carry.

Matplotlib's constrained layout gives up on rows of panels with different aspects, and leaves room
unused. Here all panels have one width and aspects of their own, so the rest can be calculated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure

from landscape_gui.figures import style
from landscape_gui.figures.page import Page

_PAD, _GAP = 2.5, 5.0
_BAR, _BAR_GAP, _BAR_SHARE = 7.0, 7.0, 0.84
_NARROWEST_IN = 0.3


@dataclass(frozen=True)
class Bar:
    """A colour bar beside a panel or, without one, beside all of them."""

    axes: Axes
    beside: tuple[Axes, ...] = ()


@dataclass(frozen=True, eq=False)
class _Margins:
    """What panels carry around them, in inches: float64[rows, columns] each."""

    left: np.ndarray
    right: np.ndarray
    bottom: np.ndarray
    top: np.ndarray


def lay_out(
    figure: Figure,
    panels: Sequence[Sequence[Axes | None]],
    bars: Sequence[Bar],
    page: Page,
    renderer: RendererBase,
) -> None:
    """Give the figure its size, and each panel, bar and legend its place.

    Parameters
    ----------
    panels
        Rows of panels, all as long; None where there is none.
    renderer
        In whose letters everything has to fit.
    """
    ratios = np.array([[_ratio(axes) for axes in row] for row in panels])
    count, tall = len(panels[0]), float(ratios.max(axis=1).sum())
    foot = sum(legend.get_window_extent(renderer).height for legend in figure.legends)
    foot = foot / figure.dpi + (_inches(_GAP) if figure.legends else 0.0)
    gaps = 2 * _inches(_PAD) + (count - 1) * _inches(_GAP)
    most = page.height_in or page.preset.height_in

    def solve(width: float) -> tuple[float, float, float, _Margins]:
        """Width and height of all, room for shared bars, and margins, from a guess of the width."""
        _spread(figure, panels, ratios, width)
        margins = _margins(figure, panels, bars, renderer)
        aside = sum(_bar_room(bar, figure, renderer) for bar in bars if not bar.beside)
        across = float(margins.left.max(axis=0).sum() + margins.right.max(axis=0).sum())
        down = float(margins.top.max(axis=1).sum() + margins.bottom.max(axis=1).sum())
        down += foot + 2 * _inches(_PAD) + (len(panels) - 1) * _inches(_GAP)
        width = (page.width - across - aside - gaps) / count
        width = max(min(width, (most - down) / tall), _NARROWEST_IN)
        return width, page.height(tall * width + down), aside, margins

    # What panels carry hardly depends on their size: twice is enough.
    width = solve(0.7 * page.width / count)[0]
    width, height, aside, margins = solve(width)
    rooms = {bar.axes: _bar_room(bar, figure, renderer) for bar in bars}
    sizes = (width, height, aside, rooms, page)
    _place(figure, panels, bars, ratios, margins, sizes, renderer)


def _inches(points: float) -> float:
    return style.pt(points) / 72


def _ratio(axes: Axes | None) -> float:
    """Height over width."""
    if axes is None:
        return 0.0
    box: Any = axes.get_box_aspect()
    if box is not None:
        return float(box)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return abs((top - bottom) / (right - left))


def _spread(
    figure: Figure, panels: Sequence[Sequence[Axes | None]], ratios: np.ndarray, width: float
) -> None:
    """Give panels a size, anywhere, so that what they carry can be measured."""
    page = figure.get_size_inches()
    for row, shares in zip(panels, ratios, strict=True):
        for axes, ratio in zip(row, shares, strict=True):
            if axes is not None:
                axes.set_position((0.3, 0.3, width / page[0], width * ratio / page[1]))
                axes.apply_aspect()


def _margins(
    figure: Figure,
    panels: Sequence[Sequence[Axes | None]],
    bars: Sequence[Bar],
    renderer: RendererBase,
) -> _Margins:
    found = np.zeros((4, len(panels), len(panels[0])))
    for r, row in enumerate(panels):
        for c, axes in enumerate(row):
            if axes is None:
                continue
            inner, outer = axes.bbox, axes.get_tightbbox(renderer)
            assert outer is not None
            found[:, r, c] = (
                inner.x0 - outer.x0, outer.x1 - inner.x1, inner.y0 - outer.y0, outer.y1 - inner.y1
            )  # fmt: skip
    found = np.maximum(found / figure.dpi, 0.0)
    for bar in bars:
        for r, row in enumerate(panels):
            for c, axes in enumerate(row):
                if axes is not None and axes in bar.beside:
                    # The bar comes after what the panel carries on its right.
                    found[1, r, c] += _bar_room(bar, figure, renderer)
    return _Margins(*found)


def _bar_room(bar: Bar, figure: Figure, renderer: RendererBase) -> float:
    outer = bar.axes.get_tightbbox(renderer)
    assert outer is not None
    numbers = (outer.x1 - bar.axes.bbox.x1) / figure.dpi
    return numbers + _inches(_BAR + _BAR_GAP)


def _place(
    figure: Figure,
    panels: Sequence[Sequence[Axes | None]],
    bars: Sequence[Bar],
    ratios: np.ndarray,
    margins: _Margins,
    sizes: tuple[float, float, float, dict[Axes, float], Page],
    renderer: RendererBase,
) -> None:
    width, height, aside, rooms, page = sizes
    figure.set_size_inches(page.width, height)
    columns = margins.left.max(axis=0) + margins.right.max(axis=0) + width
    used = float(columns.sum()) + aside + (len(columns) - 1) * _inches(_GAP)
    first = max((page.width - used) / 2, _inches(_PAD))
    boxes: dict[Axes, tuple[float, float, float, float]] = {}
    top = height - _inches(_PAD)
    for r, row in enumerate(panels):
        top -= float(margins.top[r].max())
        tall = float(ratios[r].max()) * width
        left = first
        for c, axes in enumerate(row):
            left += float(margins.left[:, c].max())
            if axes is not None:
                own = float(ratios[r, c]) * width
                boxes[axes] = (left, top - (tall + own) / 2, width, own)
            left += width + float(margins.right[:, c].max()) + _inches(_GAP)
        top -= tall + float(margins.bottom[r].max()) + _inches(_GAP)
    for axes, box in boxes.items():
        axes.set_position(_shares(box, page.width, height))
    right = first + float(columns.sum()) + (len(columns) - 1) * _inches(_GAP)
    for bar in bars:
        beside = [boxes[axes] for axes in bar.beside or boxes if axes in boxes]
        low, high = min(box[1] for box in beside), max(box[1] + box[3] for box in beside)
        long = _BAR_SHARE * (high - low)
        x = right + _inches(_BAR_GAP)
        if bar.beside:
            column = next(c for row in panels for c, axes in enumerate(row) if axes in bar.beside)
            x = beside[0][0] + width + float(margins.right[:, column].max()) - rooms[bar.axes]
            x += _inches(_BAR_GAP)
        box = (x, (low + high - long) / 2, _inches(_BAR), long)
        bar.axes.set_position(_shares(box, page.width, height))
    for legend in figure.legends:
        wide = legend.get_window_extent(renderer).width / figure.dpi
        middle = max((first + right) / 2, wide / 2 + _inches(_PAD))
        middle = min(middle, page.width - wide / 2 - _inches(_PAD))
        legend.set_bbox_to_anchor((middle / page.width, _inches(_PAD) / height))


def _shares(
    box: tuple[float, float, float, float], width: float, height: float
) -> tuple[float, float, float, float]:
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height
