"""Grid, ticks and numbers of a box in three dimensions, on plain two-dimensional axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.box3d import HEIGHT, View
from landscape_gui.figures.scale import Scale
from landscape_gui.figures.spec import Crop

_CORNERS = [(x, y, z) for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (0.0, HEIGHT)]
# An edge that is shorter on the page than this has no room for numbers.
_SHORTEST = 0.35
_TICK = 0.045
_CROWDED = 0.1


Point: TypeAlias = tuple[float, float, float]
Line: TypeAlias = tuple[Point, Point]


@dataclass(frozen=True)
class Ticks:
    """Positions in the box along one axis, and what stands there."""

    places: tuple[float, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Edge:
    """An edge of the box with numbers; ``outwards`` is the way that its ticks point."""

    line: Line
    outwards: Point
    ticks: tuple[tuple[float, ...], tuple[str, ...]]
    title: str


def plane_ticks(low: float, high: float, count: int) -> Ticks:
    """Of α or β: whole numbers where the range has some."""
    # Of few, those at −4, 0 and 4: at −5, 0 and 5, only the middle one would be inside.
    steps = [1, 2, 4, 5, 10] if count < 3 else [1, 2, 5, 10]
    values = [
        value
        for value in MaxNLocator(count, steps=steps).tick_values(low, high)
        if low - 1e-9 <= value <= high + 1e-9
    ]
    return Ticks(tuple(2 * (value - low) / (high - low) - 1 for value in values), words_of(values))


def height_ticks(scale: Scale, count: int, foot: float) -> Ticks:
    """Of the values: round numbers, also of a logarithm; ``foot`` is the height of the lowest."""
    values = scale.levels(count)
    zero = 0.0
    if not scale.log and scale.low <= zero + 0.02 * (scale.high - scale.low) and scale.low >= zero:
        # The lowest value is as good as 0: that is where the reader looks first.
        values = [zero, *(value for value in values if value > 0.05 * scale.high)]
    places = foot + (HEIGHT - foot) * scale.place(np.array(values, dtype=np.float64))
    return Ticks(tuple(places.tolist()), words_of(values))


def words_of(values: Sequence[float]) -> tuple[str, ...]:
    """As few decimals as tell all of them."""
    digits = 0
    while digits < 6 and any(abs(v - round(v, digits)) > 1e-3 * abs(v) for v in values):
        digits += 1
    if values and max(map(abs, values)) >= 1e5:
        return tuple(f"{value:.2g}" for value in values)
    sizes = [abs(v) for v in values if v]
    # Of several decades: 0.01 beside 1, and not 1.00.
    wide = digits > 2 or (digits == 2 and max(sizes) > 20 * min(sizes))
    return tuple(
        (f"{v:g}" if wide else f"{v:.{digits}f}").replace("-", "\N{MINUS SIGN}") for v in values
    )


def frame(axes: Axes, view: View, crop: Crop | None = None) -> None:
    """Make room for the box or a part of its picture; nothing of the axes themselves is seen."""
    corners = view.project(np.array(_CORNERS))
    low, high = corners.min(axis=0), corners.max(axis=0)
    left, bottom, right, top = crop or (0.0, 0.0, 1.0, 1.0)
    span = high - low
    axes.set_xlim(low[0] + left * span[0], low[0] + right * span[0])
    axes.set_ylim(low[1] + bottom * span[1], low[1] + top * span[1])
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def cut_off(axes: Axes) -> None:
    """Show nothing beyond the axes, and where that is."""
    for artist in (*axes.collections, *axes.lines):
        artist.set_clip_on(True)
    for words in axes.texts:
        if isinstance(words, Annotation):
            words.set_annotation_clip(True)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(style.GRID)


def draw_box(axes: Axes, view: View, alpha: Ticks, beta: Ticks, height: Ticks) -> None:
    """Grid on floor and back walls, and numbers on the edges towards the reader."""
    right, _, back = view.axes
    x, y = -math.copysign(1.0, back[0]), -math.copysign(1.0, back[1])  # of the back walls
    walls: list[Line] = [((x, y, 0), (x, y, HEIGHT))]
    for z in (0.0, HEIGHT, *height.places):
        walls += [((-1, y, z), (1, y, z)), ((x, -1, z), (x, 1, z))]
    for place in alpha.places:
        walls += [((place, -1, 0), (place, 1, 0)), ((place, y, 0), (place, y, HEIGHT))]
    for place in beta.places:
        walls += [((-1, place, 0), (1, place, 0)), ((x, place, 0), (x, place, HEIGHT))]
    thin = style.pt(0.45)
    lines = [view.project(np.array(line)) for line in walls]
    axes.add_collection(
        LineCollection(lines, colors=style.GRID, linewidths=thin, zorder=0, clip_on=False),
        autolim=False,
    )

    # Numbers of the values stand at the upright edge that is farthest to the right.
    u, v = max(
        ((u, v) for u in (-1.0, 1.0) for v in (-1.0, 1.0)),
        key=lambda c: float(np.dot(c, right[:2])),
    )
    out_right = (float(_TICK * right[0]), float(_TICK * right[1]), 0.0)
    edges = [
        _Edge(((-1, -y, 0), (1, -y, 0)), (0, -y * _TICK, 0), (alpha.places, alpha.words), "α"),
        _Edge(((-x, -1, 0), (-x, 1, 0)), (-x * _TICK, 0, 0), (beta.places, beta.words), "β"),
        _Edge(((u, v, 0), (u, v, HEIGHT)), out_right, (height.places, height.words), ""),
    ]
    drawn = [part for edge in edges for part in _draw_edge(axes, view, edge)]
    axes.add_collection(
        LineCollection(
            drawn, colors=style.MUTED, linewidths=1.3 * thin, zorder=0.5, clip_on=False,
            capstyle="round",
        ),
        autolim=False,
    )  # fmt: skip


def _draw_edge(axes: Axes, view: View, edge: _Edge) -> list[FloatArray]:
    """Write an edge's numbers; its lines are returned."""
    first, last = (np.array(end, dtype=np.float64) for end in edge.line)
    ends = view.project(np.stack([first, last]))
    if np.hypot(*(ends[1] - ends[0])) < _SHORTEST:
        return []
    drawn = [ends]
    size = float(mpl.rcParams["font.size"])
    for place, words in zip(*edge.ticks, strict=True):
        foot = np.where(first == last, first, place)
        here, there = view.project(np.stack([foot, foot + np.array(edge.outwards)]))
        drawn.append(np.stack([here, there]))
        if edge.title or float(foot[2]) > _CROWDED:  # beside the numbers of the floor
            _beside(axes, words, (there, there - here), 0.18 * size, 0.83 * size)
    if edge.title:
        middle = (first + last) / 2
        here, there = view.project(np.stack([middle, middle + np.array(edge.outwards)]))
        _beside(axes, edge.title, (there, there - here), 1.2 * size, size)
    return drawn


def _beside(
    axes: Axes, words: str, ray: tuple[FloatArray, FloatArray], gap: float, size: float
) -> None:
    """Write words at a point, on the side that a way points to, so many points off."""
    at, way = ray
    way = way / max(float(np.hypot(*way)), 1e-9)
    half = 0.25 * size * len(words) * abs(way[0]) + 0.36 * size * abs(way[1])
    axes.annotate(
        words,
        (float(at[0]), float(at[1])),
        xytext=tuple(way * (gap + half)),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size,
        annotation_clip=False,
    )
