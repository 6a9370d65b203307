"""How far two surfaces agree: in the order of their points, and in where they are lowest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def spearman(first: FloatArray, second: FloatArray) -> float:
    """Rank correlation of pairs; equal values share the mean of their ranks.

    Pairs of which one value is NaN are left out; infinities have ranks as any other value. NaN
    with fewer than three pairs, or where all values of one side are equal.
    """
    a, b = np.ravel(first), np.ravel(second)
    kept = ~(np.isnan(a) | np.isnan(b))
    a, b = _ranks(a[kept]), _ranks(b[kept])
    if len(a) < 3:
        return math.nan
    a, b = a - a.mean(), b - b.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return float(np.clip(a @ b / scale, -1.0, 1.0)) if scale > 0 else math.nan


def _ranks(values: FloatArray) -> FloatArray:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


@dataclass(frozen=True)
class Minima:
    """Where two surfaces over one lattice are lowest.

    Attributes
    ----------
    first, second
        (α, β) of their minima; of several equal ones of the second, the nearest to the first's.
    ties
        At how many points the second surface has its lowest value.
    distance
        Between the two, in the unit of the axes; these need not be orthogonal.
    excess
        The second surface at the first's minimum less its own lowest value.
    """

    first: tuple[float, float]
    second: tuple[float, float]
    ties: int
    distance: float
    excess: float


def minima(
    alpha: FloatArray, beta: FloatArray, first: FloatArray, second: FloatArray, cosine: float = 0.0
) -> Minima | None:
    """Compare the lowest lattice points of two surfaces.

    Parameters
    ----------
    alpha, beta
        float64[n], float64[m].
    first, second
        float64[m, n]; what is not finite is no minimum.
    cosine
        Of the angle between the axes.

    Returns
    -------
    None where one of them is finite nowhere.
    """
    if not np.isfinite(first).any() or not np.isfinite(second).any():
        return None
    j, i = np.unravel_index(int(np.where(np.isfinite(first), first, np.inf).argmin()), first.shape)
    lowest = float(second[np.isfinite(second)].min())
    rows, columns = np.nonzero(second == lowest)
    across, along = beta[rows] - beta[j], alpha[columns] - alpha[i]
    squared = along**2 + across**2 + 2 * cosine * along * across
    near = int(squared.argmin())
    return Minima(
        (float(alpha[i]), float(beta[j])),
        (float(alpha[columns[near]]), float(beta[rows[near]])),
        len(rows),
        math.sqrt(max(0.0, float(squared[near]))),
        float(second[j, i]) - lowest,
    )
