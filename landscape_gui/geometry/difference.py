"""The difference of two surfaces, also where their lattices are not the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

# Points closer than this part of a lattice's step are the same point.
_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class SampledSurface:
    """A surface as far as it is known.

    Attributes
    ----------
    alpha, beta
        float64[n] and float64[m], ascending.
    values
        float64[m, n], NaN where nothing is known. What was measured may be no number either.
    measured
        bool[m, n]: which of the values were measured on all examples.
    bounds
        float64[m, n]: what 95 % of the estimates are not off by more than, 0 where measured, NaN
        where not known.
    """

    alpha: FloatArray
    beta: FloatArray
    values: FloatArray
    measured: BoolArray
    bounds: FloatArray


@dataclass(frozen=True, eq=False)
class SurfaceDifference:
    """``first − second`` on the common part of both lattices.

    Attributes
    ----------
    alpha, beta
        float64[n] and float64[m].
    values
        float64[m, n], NaN where one of the two is not known or not finite.
    measured
        bool[m, n]: both were measured at this very point, and are finite.
    bounds
        float64[m, n]: the sum of the two bounds: for errors of either sign as likely, what at
        least 95 % of the differences are not off by more than. 0 where measured, NaN where not
        known, which includes interpolated values.
    interpolated
        bool[m, n]: where at least one of the two has no point and was interpolated.
    not_finite
        bool[m, n]: where at least one of the two was measured and is not finite, there or at a
        point that its value would be interpolated from.
    """

    alpha: FloatArray
    beta: FloatArray
    values: FloatArray
    measured: BoolArray
    bounds: FloatArray
    interpolated: BoolArray
    not_finite: BoolArray

    @property
    def resampled(self) -> bool:
        """Whether any value had to be interpolated."""
        return bool(self.interpolated.any())


def difference(first: SampledSurface, second: SampledSurface) -> SurfaceDifference | None:
    """Subtract ``second`` from ``first``; None where they have no area in common.

    Along each axis the points are those of the finer lattice that both cover. A lattice without a
    point there is interpolated: cubic where the four points around are known, else linear where
    two are, else the value is not known. At a common point nothing is interpolated.
    """
    alpha = _common_axis(first.alpha, second.alpha)
    beta = _common_axis(first.beta, second.beta)
    if alpha is None or beta is None:
        return None
    a, b = _resampled(first, alpha, beta), _resampled(second, alpha, beta)
    finite = np.isfinite(a.values) & np.isfinite(b.values)
    measured = a.measured & b.measured & finite
    with np.errstate(invalid="ignore"):  # of two infinities
        values = np.where(finite, a.values - b.values, np.nan)
    return SurfaceDifference(
        alpha,
        beta,
        values,
        measured,
        np.where(measured, 0.0, a.bounds + b.bounds),
        _is_between(first, alpha, beta) | _is_between(second, alpha, beta),
        ~finite & (_not_finite(first, alpha, beta) | _not_finite(second, alpha, beta)),
    )


def _common_axis(a: FloatArray, b: FloatArray) -> FloatArray | None:
    """The finer axis where both reach; None if fewer than two points are left."""
    fine = a if _step(a) <= _step(b) else b
    slack = _SAME * _step(fine)
    low = max(float(a[0]), float(b[0])) - slack
    high = min(float(a[-1]), float(b[-1])) + slack
    kept = fine[(fine >= low) & (fine <= high)]
    return kept if kept.size >= 2 else None


def _step(axis: FloatArray) -> float:
    return float(axis[-1] - axis[0]) / max(axis.size - 1, 1)


def _matches(axis: FloatArray, wanted: FloatArray) -> tuple[IntArray, BoolArray]:
    """Index of the nearest point of ``axis`` for each wanted one, and whether it is the same."""
    right = np.clip(np.searchsorted(axis, wanted), 1, axis.size - 1)
    index = np.where(wanted - axis[right - 1] <= axis[right] - wanted, right - 1, right)
    return index, np.abs(axis[index] - wanted) <= _SAME * _step(axis)


def _is_between(surface: SampledSurface, alpha: FloatArray, beta: FloatArray) -> BoolArray:
    _, columns = _matches(surface.alpha, alpha)
    _, rows = _matches(surface.beta, beta)
    return ~(rows[:, None] & columns[None, :])


def _not_finite(surface: SampledSurface, alpha: FloatArray, beta: FloatArray) -> BoolArray:
    """Where a linear interpolation meets a measured value that is not finite."""
    lost = surface.measured & ~np.isfinite(surface.values)
    across = (_weights(surface.alpha, alpha, 2) != 0).astype(np.float64)
    along = (_weights(surface.beta, beta, 2) != 0).astype(np.float64)
    return along @ lost @ across.T > 0


def _resampled(surface: SampledSurface, alpha: FloatArray, beta: FloatArray) -> SampledSurface:
    """The surface at other points that lie within its own."""
    columns, same_column = _matches(surface.alpha, alpha)
    rows, same_row = _matches(surface.beta, beta)
    at = np.ix_(rows, columns)
    here = same_row[:, None] & same_column[None, :]
    if here.all():
        values, bounds = surface.values[at], surface.bounds[at]
    else:
        values = _interpolated(surface, alpha, beta)
        values = np.where(here, surface.values[at], values)
        bounds = np.where(here, surface.bounds[at], np.nan)
    return SampledSurface(alpha, beta, values, surface.measured[at] & here, bounds)


def _interpolated(surface: SampledSurface, alpha: FloatArray, beta: FloatArray) -> FloatArray:
    known = np.isfinite(surface.values)
    held = np.where(known, surface.values, 0.0)
    found = np.full((beta.size, alpha.size), np.nan)
    for order in (2, 4):  # the better one last, over the other
        across = _weights(surface.alpha, alpha, order)
        along = _weights(surface.beta, beta, order)
        missing = (along != 0).astype(np.float64) @ (~known) @ (across != 0).T
        found = np.where(missing == 0, along @ held @ across.T, found)
    return found


def _weights(axis: FloatArray, wanted: FloatArray, count: int) -> FloatArray:
    """Weights float64[wanted, axis] of Lagrange's polynomial through the ``count`` points around.

    A wanted point that is one of the axis takes that one alone.
    """
    count = min(count, axis.size)
    cell = np.clip(np.searchsorted(axis, wanted, side="right") - 1, 0, axis.size - 2)
    first = np.clip(cell - (count // 2 - 1), 0, axis.size - count)
    nodes = first[:, None] + np.arange(count)
    x = axis[nodes]
    weights = np.ones((wanted.size, count))
    for k in range(count):
        for other in range(count):
            if other != k:
                weights[:, k] *= (wanted - x[:, other]) / (x[:, k] - x[:, other])
    index, same = _matches(axis, wanted)
    weights[same] = nodes[same] == index[same, None]
    full = np.zeros((wanted.size, axis.size))
    np.put_along_axis(full, nodes, weights, axis=1)
    return full
