"""Fills the points of a lattice that are not measured yet, for display only.

Estimates never enter a file as measurements; whoever draws them says which points are measured.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.lattice import level_indices, strides

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def fill(values: FloatArray, measured: BoolArray) -> FloatArray:
    """Measured values where finite, interpolated ones elsewhere; finite everywhere.

    Goes down the dyadic levels: what a level lacks is predicted from the next coarser level by
    separable cubic (at the rim linear) interpolation, so each new point improves only its
    surroundings. Measured infinities are drawn at the largest finite value (−inf at the
    smallest), measured NaN like a point that was not measured.

    Parameters
    ----------
    values
        float64[m, n], anything where not measured.
    measured
        bool[m, n].

    Returns
    -------
    float64[m, n]
        Zeros if no measured value is finite.
    """
    known = measured & np.isfinite(values)
    if not known.any():
        return np.zeros(values.shape, dtype=np.float64)
    low, high = float(values[known].min()), float(values[known].max())
    data = np.where(known, values, 0.0)
    infinite = measured & np.isinf(values)
    data[infinite] = np.where(values[infinite] > 0, high, low)
    known = known | infinite

    rows, columns = values.shape
    grid_rows: IntArray | None = None
    grid_columns: IntArray | None = None
    grid: FloatArray | None = None
    for row, column in strides(rows, columns):
        next_rows, next_columns = level_indices(rows, row), level_indices(columns, column)
        index = np.ix_(next_rows, next_columns)
        if grid is None or grid_rows is None or grid_columns is None:
            predicted = _spread(data[index], known[index])
            if predicted is None:  # nothing on the coarsest level yet: begin from what there is
                continue
        else:
            predicted = interpolated(grid, grid_rows, next_rows, axis=0)
            predicted = interpolated(predicted, grid_columns, next_columns, axis=1)
        # Cubic interpolation overshoots beside walls; a loss outside what was seen is no estimate.
        predicted = np.clip(predicted, low, high)
        grid = np.where(known[index], data[index], predicted)
        grid_rows, grid_columns = next_rows, next_columns
    if grid is None:  # nothing on any coarser level either: the finest one held it
        spread = _spread(data, known)
        assert spread is not None
        return spread
    return grid


def _spread(values: FloatArray, known: BoolArray) -> FloatArray | None:
    """Every unknown point takes the value of the nearest known one; None if none is known."""
    places = np.argwhere(known)
    if not len(places):
        return None
    missing = np.argwhere(~known)
    filled = values.copy()
    # In slabs, so that a large lattice does not ask for missing × known distances at once.
    for slab in np.array_split(missing, max(1, len(missing) * len(places) // 4_000_000)):
        distance = ((slab[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
        nearest = places[distance.argmin(axis=1)]
        filled[slab[:, 0], slab[:, 1]] = values[nearest[:, 0], nearest[:, 1]]
    return filled


def interpolated(grid: FloatArray, old: IntArray, new: IntArray, axis: int) -> FloatArray:
    """``grid`` at the places ``new`` of one axis, whose points stand at ``old``, ascending.

    Catmull–Rom inside, linear in the first and last cell, where cells differ in width, and on
    beyond the ends.
    """
    if len(old) == len(new):
        return grid
    grid = np.moveaxis(grid, axis, 0)
    cell = np.clip(np.searchsorted(old, new, side="right") - 1, 0, len(old) - 2)
    left, right = old[cell], old[cell + 1]
    t = ((new - left) / (right - left)).reshape(-1, *([1] * (grid.ndim - 1)))
    p1, p2 = grid[cell], grid[cell + 1]
    out = p1 + (p2 - p1) * t

    inner = (cell > 0) & (cell < len(old) - 2)
    if inner.any():
        inside = np.flatnonzero(inner)
        c = cell[inside]
        widths = np.diff(old)
        even = (widths[c - 1] == widths[c]) & (widths[c + 1] == widths[c])
        inside, c = inside[even], c[even]
        p0, p1, p2, p3, s = grid[c - 1], grid[c], grid[c + 1], grid[c + 2], t[inside]
        out[inside] = p1 + 0.5 * s * (
            p2 - p0 + s * (2 * p0 - 5 * p1 + 4 * p2 - p3 + s * (3 * (p1 - p2) + p3 - p0))
        )
    return np.moveaxis(out, 0, axis)
