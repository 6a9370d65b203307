"""How large the basin around a point of a surface is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Basin:
    """The part of a plane that is connected with a point and where a surface stays below a level.

    Attributes
    ----------
    area
        In units of the two axes.
    bounded
        Whether it ends before the lattice does; where not, the true area is larger.
    inside
        bool[m, n]: the lattice points that belong to it.
    """

    area: float
    bounded: bool
    inside: BoolArray


def basin_of(
    alpha: FloatArray,
    beta: FloatArray,
    values: FloatArray,
    at: tuple[float, float],
    level: float,
) -> Basin:
    """The basin around ``at`` in which the surface does not exceed ``level``.

    Each cell of the lattice is cut into four triangles that meet in its middle, where the surface
    is the mean of the corners; on triangles it is linear. Of that surface the area and what is
    connected with what are exact.

    Parameters
    ----------
    alpha, beta
        float64[n], float64[m], ascending.
    values
        float64[m, n], ``values[j, i] = f(alpha[i], beta[j])``; what is not finite is above.
    at
        A point within the lattice.
    level
        The highest value inside.

    Raises
    ------
    ValueError
        If ``at`` is outside the lattice.
    """
    if not (alpha[0] <= at[0] <= alpha[-1] and beta[0] <= at[1] <= beta[-1]):
        raise ValueError(f"{at} is outside the lattice")
    # High enough that next to nothing of a triangle with such a corner lies below.
    wall = level + 1e12 * max(1.0, abs(level))
    corners = np.where(np.isfinite(values), values, wall)
    middles = (corners[:-1, :-1] + corners[:-1, 1:] + corners[1:, :-1] + corners[1:, 1:]) / 4
    low_corners, low_middles = corners <= level, middles <= level
    inside, middles_inside = _connected(low_corners, low_middles, _seeds(alpha, beta, at))
    cells = np.outer(np.diff(beta), np.diff(alpha))
    area = 0.0
    for one, other in (
        (np.s_[:-1, :-1], np.s_[:-1, 1:]),
        (np.s_[1:, :-1], np.s_[1:, 1:]),
        (np.s_[:-1, :-1], np.s_[1:, :-1]),
        (np.s_[:-1, 1:], np.s_[1:, 1:]),
    ):
        taking_part = inside[one] | inside[other] | middles_inside
        below = _share_below(corners[one], corners[other], middles, level)
        area += float((cells / 4 * below)[taking_part].sum())
    rim = inside[0].any() or inside[-1].any() or inside[:, 0].any() or inside[:, -1].any()
    return Basin(area, not rim, inside)


def _seeds(alpha: FloatArray, beta: FloatArray, at: tuple[float, float]) -> list[tuple[int, int]]:
    """The corners around a point, or the one that it is."""
    rows, columns = _around(beta, at[1]), _around(alpha, at[0])
    return [(j, i) for j in rows for i in columns]


def _around(axis: FloatArray, at: float) -> tuple[int, ...]:
    nearest = int(np.abs(axis - at).argmin())
    step = float(axis[-1] - axis[0]) / max(1, len(axis) - 1)
    if abs(axis[nearest] - at) <= 1e-6 * step:
        return (nearest,)
    right = int(np.searchsorted(axis, at))
    return right - 1, right


def _connected(
    corners: BoolArray, middles: BoolArray, seeds: list[tuple[int, int]]
) -> tuple[BoolArray, BoolArray]:
    """Corners and middles of cells reached from the seeds over edges of low vertices."""
    reached, reached_middles = np.zeros_like(corners), np.zeros_like(middles)
    rows, columns = np.array([s for s in seeds if corners[s]], dtype=np.intp).reshape(-1, 2).T
    reached[rows, columns] = True
    while len(rows):
        # A wave: the middles of the cells around, then the corners of theirs and the neighbours.
        new = _offset(rows, columns, ((-1, -1), (-1, 0), (0, -1), (0, 0)), middles, reached_middles)
        across = _offset(*new, ((0, 0), (0, 1), (1, 0), (1, 1)), corners, reached)
        beside = _offset(rows, columns, ((-1, 0), (1, 0), (0, -1), (0, 1)), corners, reached)
        rows = np.concatenate((across[0], beside[0]))
        columns = np.concatenate((across[1], beside[1]))
    return reached, reached_middles


def _offset(
    rows: IntArray,
    columns: IntArray,
    steps: tuple[tuple[int, int], ...],
    allowed: BoolArray,
    reached: BoolArray,
) -> tuple[IntArray, IntArray]:
    """Places a step away that are allowed and new; marks them as reached."""
    found: list[tuple[IntArray, IntArray]] = []
    for down, right in steps:
        j, i = rows + down, columns + right
        within = (j >= 0) & (j < allowed.shape[0]) & (i >= 0) & (i < allowed.shape[1])
        j, i = j[within], i[within]
        new = allowed[j, i] & ~reached[j, i]
        j, i = j[new], i[new]
        reached[j, i] = True
        found.append((j, i))
    return np.concatenate([j for j, _ in found]), np.concatenate([i for _, i in found])


def _share_below(a: FloatArray, b: FloatArray, c: FloatArray, level: float) -> FloatArray:
    """Share of each triangle on which the plane through its corners does not exceed the level."""
    low, middle, high = np.sort(np.stack((a, b, c)), axis=0)
    with np.errstate(all="ignore"):  # where corners are equal another case holds
        at_low = (level - low) ** 2 / ((middle - low) * (high - low))
        at_high = 1 - (high - level) ** 2 / ((high - low) * (high - middle))
    cases = [level < low, level >= high, level < middle]
    return np.select(cases, [np.zeros_like(low), np.ones_like(low), at_low], at_high)
