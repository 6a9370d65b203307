"""What it would take to measure a part of a surface finer: where, how many points, how long.

No Qt here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import LatticeSpec, is_told_apart
from landscape_gui.ui.landscape_model import LivePlot
from landscape_gui.ui.scene import FloatArray

FACTORS = (2, 4, 8)
"""How many times finer, of which the user may choose."""
_USUAL_POINTS = 33
_MOST_POINTS = 401


@dataclass(frozen=True)
class FinerPart:
    """A part that could be measured.

    Attributes
    ----------
    lattice
        It begins and ends at points of what is there already.
    factor
        How many of its steps make one of what is there.
    points
        How many points would have to be measured; what the surface shares with it is there.
    seconds
        How long that takes at the surface's own pace; None if that is not known.
    """

    lattice: LatticeSpec
    factor: int
    points: int
    seconds: float | None

    @property
    def size(self) -> str:
        """``33 × 25 points``."""
        return f"{self.lattice.alpha_points} × {self.lattice.beta_points} points"


def base_of(
    plot: LivePlot, parts: Sequence[LivePlot], window: tuple[FloatArray, FloatArray]
) -> LivePlot:
    """The finest surface that covers all of a window, given as the ends of its α and β."""
    for part in reversed(parts):
        if _covers(part, window):
            return part
    return plot


def finer_parts(
    plot: LivePlot, parts: Sequence[LivePlot], alpha: tuple[float, float], beta: tuple[float, float]
) -> list[FinerPart]:
    """The parts that could be measured over what is looked at, coarse to fine.

    Parameters
    ----------
    parts
        Finer parts that are there, the finest last.
    alpha, beta
        What is looked at, low before high; beyond the surface there is nothing to be measured.
    """
    if plot.beta is None or plot.part_of:
        return []
    ends = []
    for (low, high), axis in ((alpha, plot.alpha), (beta, plot.beta)):
        low, high = max(low, float(axis[0])), min(high, float(axis[-1]))
        if low >= high:
            return []
        ends.append(np.array([low, high]))
    base = base_of(plot, parts, (ends[0], ends[1]))
    assert base.beta is not None
    (a0, a1), (b0, b1) = _around(base.alpha, ends[0]), _around(base.beta, ends[1])
    # Files from before paces were kept learn theirs with their first part.
    pace = next((p.seconds_per_point for p in (plot, *parts) if p.seconds_per_point), None)
    found = []
    for factor in FACTORS:
        counts = (a1 - a0) * factor + 1, (b1 - b0) * factor + 1
        along = float(base.alpha[a0]), float(base.alpha[a1])
        across = float(base.beta[b0]), float(base.beta[b1])
        apart = is_told_apart(along, counts[0]) and is_told_apart(across, counts[1])
        if max(counts) > _MOST_POINTS or not apart:
            break
        lattice = LatticeSpec(
            alpha_range=along,
            beta_range=across,
            alpha_points=counts[0],
            beta_points=counts[1],
        )
        points = counts[0] * counts[1] - shared_count(plot, lattice)
        found.append(FinerPart(lattice, factor, points, None if pace is None else pace * points))
    return found


def usual(choices: Sequence[FinerPart]) -> FinerPart:
    """The finest of a moderate size, which one click takes."""
    moderate = [
        choice
        for choice in choices
        if max(choice.lattice.alpha_points, choice.lattice.beta_points) <= _USUAL_POINTS
    ]
    return moderate[-1] if moderate else choices[0]


def shared_count(plot: LivePlot, lattice: LatticeSpec) -> int:
    """How many points of a lattice a surface has measured already."""
    assert plot.beta is not None
    alpha = axis_points(*lattice.alpha_range, lattice.alpha_points)
    beta = axis_points(*lattice.beta_range, lattice.beta_points)
    rows, columns = _shared(plot.beta, beta), _shared(plot.alpha, alpha)
    return int(plot.measured[np.ix_(rows, columns)].sum())


def _shared(axis: FloatArray, points: FloatArray) -> npt.NDArray[np.intp]:
    """Indices into an axis of what is also one of the points, but for rounding."""
    distance = np.abs(axis[:, None] - points[None, :]).min(axis=1)
    return np.flatnonzero(distance <= 1e-9 * np.diff(points).min())


def _covers(part: LivePlot, window: tuple[FloatArray, FloatArray]) -> bool:
    assert part.beta is not None
    slack = 1e-6 * part.step
    return all(
        axis[0] <= ends[0] + slack and axis[-1] >= ends[1] - slack
        for axis, ends in zip((part.alpha, part.beta), window, strict=True)
    )


def _around(axis: FloatArray, ends: FloatArray) -> tuple[int, int]:
    """Indices of the points next outside of two positions; at least one cell."""
    slack = 1e-6 * float(np.diff(axis).min())
    first = int(np.searchsorted(axis, ends[0] + slack, side="right")) - 1
    last = int(np.searchsorted(axis, ends[1] - slack, side="left"))
    first, last = max(0, first), min(len(axis) - 1, last)
    return (first, last) if last > first else (max(0, last - 1), max(1, last))
