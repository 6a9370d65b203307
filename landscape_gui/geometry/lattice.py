"""Where the points of curves and surfaces lie, and in which order a coarse picture refines."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# The coarsest level has at least this many points on each axis, so that the first picture
# shows the whole range: 41 points start as 6, then 11, 21, 41.
COARSEST = 5


def axis_points(low: float, high: float, count: int) -> FloatArray:
    """Evenly spaced points from ``low`` to ``high``, both included, each correctly rounded.

    ``axis_points(-4, 4, 41)`` holds −4, 0, 1 and 4 exactly, which ``numpy.linspace`` does not
    promise: start and end point must be lattice points, not their neighbours.

    Returns
    -------
    float64[count]
    """
    if count < 2:
        raise ValueError(f"an axis needs at least 2 points, got {count}")
    # The shortest decimal that names the float, so that −0.3 … 0.3 means those decimals.
    first, last = Fraction(repr(float(low))), Fraction(repr(float(high)))
    step = (last - first) / (count - 1)
    return np.array([float(first + step * k) for k in range(count)], dtype=np.float64)


def coarsest_stride(count: int) -> int:
    """Largest power of two that leaves at least ``COARSEST`` points of ``count`` on an axis."""
    stride = 1
    while -(-(count - 1) // (2 * stride)) + 1 >= COARSEST:
        stride *= 2
    return stride


def level_indices(count: int, stride: int) -> IntArray:
    """Indices of an axis at one stride: its multiples, and always the last point."""
    indices = np.arange(0, count, stride, dtype=np.int64)
    return indices if indices[-1] == count - 1 else np.append(indices, count - 1)


def strides(rows: int, columns: int) -> tuple[tuple[int, int], ...]:
    """Row and column stride of each level, coarse to fine; the last is (1, 1)."""
    row, column = coarsest_stride(rows) if rows > 1 else 1, coarsest_stride(columns)
    found = [(row, column)]
    while (row, column) != (1, 1):
        row, column = max(1, row // 2), max(1, column // 2)
        found.append((row, column))
    return tuple(found)


def levels(rows: int, columns: int) -> tuple[IntArray, ...]:
    """The points that each dyadic level adds, coarse to fine.

    Parameters
    ----------
    rows, columns
        Points along β and α; one row makes the levels of a curve.

    Returns
    -------
    tuple of int64[k, 2]
        (j, i) pairs; together every lattice point exactly once.
    """
    seen = np.zeros((rows, columns), dtype=bool)
    found: list[IntArray] = []
    for row, column in strides(rows, columns):
        now = np.zeros_like(seen)
        now[np.ix_(level_indices(rows, row), level_indices(columns, column))] = True
        found.append(np.argwhere(now & ~seen).astype(np.int64))
        seen |= now
    return tuple(level for level in found if len(level))
