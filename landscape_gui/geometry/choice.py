"""Which points to measure next so that the fewest places stay worse than a limit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.thin_plate import ThinPlate, kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Candidates that are weighed against each other: the matrix between them is held.
MOST = 2600
# Correlations below this are taken for none.
NEAR = 0.1


def beyond(deviation: FloatArray) -> FloatArray:
    """Probability that an error of this standard deviation is larger than 1.

    Of a Laplace distribution: where the deviation itself is uncertain, tails are long.
    """
    import os
    kind = os.environ.get("F", "l")
    d = np.maximum(deviation, 1e-3)
    if kind == "g":
        x = 1 / d
        return 1.0 / (1.0 + np.exp(np.minimum(1.5976 * x + 0.07056 * x**3, 60.0))) * 2
    if kind == "s":
        return np.minimum(d, 2.0)**2
    return np.exp(-np.sqrt(2.0) / d)


def choose(
    plate: ThinPlate, at: FloatArray, scale: FloatArray, count: int, forced: IntArray
) -> IntArray:
    """Choose points one after the other, each for how many places it is expected to put right.

    A place is right when its error is below 1. A point puts itself right, and those around it by
    as much as it lowers their deviation. So nothing is spent where errors are far above the limit
    and points do not help each other before it is, for what they cost, the best that is left.

    Parameters
    ----------
    at
        float64[x, 2]: the candidates, which are also the places to be put right.
    scale
        float64[x]: what to multiply the plate's power with, in units of the limit.
    forced
        Candidates that are chosen first.

    Returns
    -------
    int64[≤ count]: indices of ``at``.
    """
    power = plate.power(at)
    order = np.argsort(-power * scale, kind="stable")[: max(MOST, count)]
    order = np.union1d(order, forced)
    at, scale = at[order], scale[order]
    first = np.searchsorted(order, forced)
    covariance = plate.covariance(at)
    covariance *= scale[:, None]
    covariance *= scale[None, :]
    variance = np.maximum(np.diag(covariance).copy(), 0.0)
    open_ = variance > 1e-12
    gain = np.full(len(at), -1.0)
    everyone = np.arange(len(at))
    for begin in range(0, len(at), 512):
        rows = everyone[begin : begin + 512]
        gain[rows] = _gain(covariance, variance, rows, everyone)
    chosen: list[int] = []
    waiting = first.tolist()
    while len(chosen) < count:
        best = int(waiting.pop(0)) if waiting else int(np.argmax(np.where(open_, gain, -1.0)))
        if not waiting and not open_[best] and best not in first:
            break
        chosen.append(best)
        open_[best] = False
        if variance[best] > 1e-12:
            row = covariance[best] / np.sqrt(variance[best])
            near = np.flatnonzero(row**2 > NEAR**2 * variance)
            covariance[np.ix_(near, near)] -= np.outer(row[near], row[near])
            variance[near] = np.maximum(covariance[near, near], 0.0)
            gain[near] = _gain(covariance, variance, near, near)
        variance[best] = 0.0
    return order[np.array(chosen, dtype=np.int64)]


def _gain(
    covariance: FloatArray, variance: FloatArray, rows: IntArray, columns: IntArray
) -> FloatArray:
    """How many of ``columns`` each of ``rows`` is expected to put right."""
    own = variance[rows]
    shared = covariance[np.ix_(rows, columns)] ** 2 / np.where(own > 1e-12, own, np.inf)[:, None]
    before = beyond(np.sqrt(variance[columns]))
    left = np.sqrt(np.maximum(variance[columns] - shared, 0.0))
    gain = (before - beyond(left)).sum(axis=1)
    return np.where(own > 1e-12, gain, 0.0)
