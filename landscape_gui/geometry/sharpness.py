"""How sharp an optimum is: the highest value near it, and the curvature along an axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sharpness:
    """ε-sharpness in a plane.

    Attributes
    ----------
    value
        100 · (highest − value at the point) / (1 + value at the point).
    highest
        The highest value in the box.
    half_sides
        Of the box, along α and β.
    bounded
        Whether the box lies within the lattice; where not, the true sharpness may be larger.
    """

    value: float
    highest: float
    half_sides: tuple[float, float]
    bounded: bool


def keskar_sharpness(
    alpha: FloatArray,
    beta: FloatArray,
    values: FloatArray,
    at: tuple[float, float],
    epsilon: float,
    bottom: float,
) -> Sharpness:
    """Keskar et al. 2017, Metric 2.1, of the surface as a function of α and β alone.

    The box around the point x = ``at`` has half sides ε (|xᵢ| + 1), as there with A = I. Between
    the points the surface is bilinear, so that its maximum lies on a lattice line or at the rim of
    the box.

    Parameters
    ----------
    alpha, beta, values
        As for ``basin_of``; what is not finite makes the sharpness infinite.
    bottom
        Value at the point.

    Raises
    ------
    ValueError
        If ``at`` is outside the lattice, or ``bottom`` not finite.
    """
    if not (alpha[0] <= at[0] <= alpha[-1] and beta[0] <= at[1] <= beta[-1]):
        raise ValueError(f"{at} is outside the lattice")
    if not np.isfinite(bottom):
        raise ValueError("the value at the point is not finite")
    sides = epsilon * (abs(at[0]) + 1), epsilon * (abs(at[1]) + 1)
    columns, within_columns = _lines(alpha, at[0], sides[0])
    rows, within_rows = _lines(beta, at[1], sides[1])
    with np.errstate(invalid="ignore"):
        along = np.stack([_between(alpha, row, columns) for row in values])
        box = np.stack([_between(beta, column, rows) for column in along.T])
    highest = float(box.max()) if np.isfinite(box).all() else float("inf")
    highest = max(highest, bottom)
    value = 100 * (highest - bottom) / (1 + bottom)
    return Sharpness(value, highest, sides, within_columns and within_rows)


def _lines(axis: FloatArray, center: float, half: float) -> tuple[FloatArray, bool]:
    """Lattice points within a stretch and its two ends, cut to the axis; whether it was not cut."""
    low, high = center - half, center + half
    ends = np.clip([low, center, high], axis[0], axis[-1])
    found = np.unique(np.concatenate((ends, axis[(axis > low) & (axis < high)])))
    slack = 1e-9 * float(axis[-1] - axis[0])
    return found, bool(low >= axis[0] - slack and high <= axis[-1] + slack)


def _between(axis: FloatArray, values: FloatArray, wanted: FloatArray) -> FloatArray:
    """Linear interpolation in which a value that is not finite spoils its two cells only."""
    cell = np.clip(np.searchsorted(axis, wanted, side="right") - 1, 0, len(axis) - 2)
    share = (wanted - axis[cell]) / (axis[cell + 1] - axis[cell])
    found = values[cell] + share * (values[cell + 1] - values[cell])
    found = np.where(share == 0, values[cell], found)
    return np.where(share == 1, values[cell + 1], found)


@dataclass(frozen=True)
class Curvature:
    """Second derivative from finite differences, and the distances of the points it is from."""

    value: float
    steps: tuple[float, float]


def second_difference(x: FloatArray, y: FloatArray, at: float, bottom: float) -> Curvature | None:
    """The curvature at ``at`` of the parabola through its value and the nearest point either side.

    Parameters
    ----------
    x
        float64[n], ascending.
    y
        float64[n].
    bottom
        Value at ``at``.

    Returns
    -------
    None where there is no finite value on both sides.
    """
    slack = 1e-6 * float(x[-1] - x[0]) / max(1, len(x) - 1)
    left, right = np.flatnonzero(x < at - slack), np.flatnonzero(x > at + slack)
    if not len(left) or not len(right):
        return None
    i, k = left[-1], right[0]
    back, forth = float(at - x[i]), float(x[k] - at)
    slopes = (y[k] - bottom) / forth + (y[i] - bottom) / back
    value = float(2 * slopes / (back + forth))
    return Curvature(value, (back, forth)) if np.isfinite(value) else None
