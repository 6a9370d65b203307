"""Where the values of contour lines are written: straight stretches, free of markers and rims."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.arrays import FloatArray

# A letter's width and height as shares of its size.
_LETTER_WIDTH, _LETTER_HEIGHT = 0.52, 0.75
_BENDING = 0.35
_PER_LINE = 60


@dataclass(frozen=True)
class Label:
    """Words in the middle of a gap in a line; lengths in the units of the axes."""

    level: float
    words: str
    x: float
    y: float
    angle: float
    length: float


def place_labels(
    lines: Mapping[float, Sequence[FloatArray]],
    words: Mapping[float, str],
    *,
    box: tuple[float, float, float, float],
    points_to_data: float,
    size_pt: float,
    avoid: FloatArray,
) -> list[Label]:
    """One label per level that has room for it.

    Parameters
    ----------
    lines
        Level → its lines, float64[k, 2].
    box
        Left, right, bottom and top rim.
    points_to_data
        How long a point on the page is in the units of the axes.
    avoid
        float64[k, 2] of what is drawn on top.
    """
    left, right, bottom, top = box
    middle = np.array([(left + right) / 2, (bottom + top) / 2])
    taken: list[tuple[float, float, float]] = []
    found: list[Label] = []
    for level, parts in lines.items():
        length = points_to_data * size_pt * (_LETTER_WIDTH * len(words[level]) + 0.6)
        margin = 0.5 * length + 0.3 * points_to_data * size_pt
        best: tuple[float, Label] | None = None
        for part in parts:
            for spot in _spots(part, length):
                x, y, angle, bend = spot
                if not (left + margin < x < right - margin and bottom + margin < y < top - margin):
                    continue
                near = [math.hypot(x - a, y - b) - r for a, b, r in taken]
                if len(avoid):
                    near.append(float(np.hypot(*(avoid - [x, y]).T).min()) - 4.5 * points_to_data)
                room = min(near, default=math.inf) - 0.62 * length
                if room < 0:
                    continue
                # Near the middle and on a straight stretch; beyond enough, room does not count.
                score = min(room, 2 * length) / length - 2.5 * bend
                score -= 0.6 * float(np.hypot(*(middle - [x, y]))) / (right - left)
                if best is None or score > best[0]:
                    best = score, Label(level, words[level], x, y, angle, length)
        if best is not None:
            found.append(best[1])
            taken.append((best[1].x, best[1].y, 0.62 * length))
    return found


def _spots(line: FloatArray, length: float) -> list[tuple[float, float, float, float]]:
    """Places along a line with the angle there, in degrees, and how much the line bends."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] < 2.2 * length:
        return []
    spots = []
    for s in np.linspace(0.6 * length, along[-1] - 0.6 * length, _PER_LINE):
        places = [
            np.array([np.interp(t, along, line[:, axis]) for axis in (0, 1)])
            for t in (s - length / 2, s, s + length / 2)
        ]
        chord = places[2] - places[0]
        reach = float(np.hypot(*chord))
        if reach < 0.9 * length:
            continue
        half = places[1] - places[0]
        bend = abs(float(chord[0] * half[1] - chord[1] * half[0])) / reach / length
        if bend > _BENDING:
            continue
        angle = math.degrees(math.atan2(chord[1], chord[0]))
        # Upright lines are all read from below.
        angle = (angle + 75) % 180 - 75
        at = (places[0] + 2 * places[1] + places[2]) / 4
        spots.append((float(at[0]), float(at[1]), angle, bend))
    return spots


def without(line: FloatArray, labels: Sequence[Label]) -> list[FloatArray]:
    """The line with gaps where its labels are."""
    if not labels:
        return [line]
    # Points close enough together that a gap ends where the label does.
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    least = min(label.length for label in labels) / 12
    fine = np.union1d(along, np.linspace(0, along[-1], math.ceil(along[-1] / least) + 1))
    dense = np.column_stack([np.interp(fine, along, line[:, axis]) for axis in (0, 1)])
    kept = np.ones(len(dense), dtype=np.bool_)
    for label in labels:
        kept &= np.hypot(*(dense - [label.x, label.y]).T) > label.length / 2
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [dense[first:last] for first, last in pairs if last - first > 1]
