"""Thin plate splines through scattered lattice points, with what they do not know.

The spline with the least bending energy through the measured points (Duchon 1977), which is also
the mean of an intrinsic Gaussian process with the kernel r² log r and a linear trend. The same
matrix gives, at no further cost, each point's prediction from all the others and the growth of
the error with the distance from measured points.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Points that are predicted at once: bounds the memory to some 16,384 × measured points.
_SLAB = 16_384


class ThinPlate:
    """A spline's geometry: where it is known. Values are given to each question.

    Parameters
    ----------
    places
        float64[n, 2]: where values are known, no place twice, n ≥ 3 and not all on one line.
    """

    def __init__(self, places: FloatArray) -> None:
        self.places = np.asarray(places, dtype=np.float64)
        n = len(self.places)
        system = np.zeros((n + 3, n + 3))
        system[:n, :n] = kernel(self.places, self.places)
        system[:n, n:] = _trend(self.places)
        system[n:, :n] = system[:n, n:].T
        self._inverse = np.linalg.inv(system)
        self._system = system
        # The places' own block; its diagonal is 1 / variance of a point given all the others.
        self._inner: FloatArray = np.asarray(self._inverse[:n, :n], dtype=np.float64)
        self._precision = np.maximum(np.diag(self._inner), 1e-300)

    def weights(self, at: FloatArray) -> FloatArray:
        """float64[x, n]: the prediction at ``at`` is ``weights @ values``, linear in the values."""
        return (self._bases(at) @ self._inverse)[:, : len(self.places)]

    def predict(self, at: FloatArray, values: FloatArray) -> FloatArray:
        """Values at ``at``, float64[x] or float64[x, k] as ``values`` is float64[n] or [n, k]."""
        slabs = list(self.predict_slabs(at, values))
        return np.concatenate(slabs) if slabs else np.zeros((0, *values.shape[1:]))

    def predict_slabs(self, at: FloatArray, values: FloatArray) -> Iterator[FloatArray]:
        """As ``predict``, some rows at a time: of many columns, all would not fit into memory."""
        coefficients = self._inverse[:, : len(self.places)] @ values
        slab = max(1, _SLAB // max(1, values[0].size // 64))
        for first in range(0, len(at), slab):
            yield self._bases(at[first : first + slab]) @ coefficients

    def power(self, at: FloatArray) -> FloatArray:
        """float64[x]: standard deviation at ``at`` of the process with unit scale; 0 at places."""
        found = np.empty(len(at))
        for first in range(0, len(at), _SLAB):
            bases = self._bases(at[first : first + _SLAB])
            squared = -np.einsum("xn,xn->x", bases @ self._inverse, bases)
            found[first : first + _SLAB] = np.sqrt(np.maximum(squared, 0.0))
        return found

    @property
    def precision(self) -> FloatArray:
        """float64[n, n]: inverse covariance of the values at the places, up to the trend.

        Some values given the others have the mean −P[u, u]⁻¹ P[u, k] v[k] and the covariance
        P[u, u]⁻¹: the spline through the others alone.
        """
        return self._inner

    @property
    def areas(self) -> FloatArray:
        """float64[n]: how much of the plane each place stands for, in no particular unit.

        Its variance given all others, which grows with the square of the distance to them.
        """
        return 1.0 / self._precision

    @property
    def log_determinant(self) -> float:
        """Log |covariance| of what no plane explains of values at the places, up to a constant."""
        n = len(self.places)
        trend = self._system[:n, n:]
        whole = float(np.linalg.slogdet(self._system)[1])
        return whole - float(np.linalg.slogdet(trend.T @ trend)[1])

    def carried(self, at: FloatArray, noise: FloatArray) -> FloatArray:
        """Standard deviation of predictions from independent errors of the values themselves.

        Parameters
        ----------
        noise
            float64[n] or float64[n, k]: standard deviations of the values.

        Returns
        -------
        float64[x] or float64[x, k]
        """
        found = np.empty((len(at), *noise.shape[1:]))
        for first in range(0, len(at), _SLAB):
            slab = slice(first, first + _SLAB)
            found[slab] = np.sqrt(self.weights(at[slab]) ** 2 @ noise**2)
        return found

    def scales(self, values: FloatArray) -> FloatArray:
        """How rough the values are around each place: |leave-one-out residual| in units of power.

        The residual of place i predicted from all the others, divided by the power there without
        it; the mean of its square over a region estimates the process's variance in the region.

        Returns
        -------
        float64[n] or float64[n, k], as ``values``
        """
        root = np.sqrt(self._precision)
        return np.abs(self._inner @ values) / (root if values.ndim == 1 else root[:, None])

    def left_out(self, values: FloatArray) -> FloatArray:
        """Residuals of each place predicted from all the others, float64 as ``values``."""
        precision = self._precision if values.ndim == 1 else self._precision[:, None]
        return (self._inner @ values) / precision

    def spread(
        self, at: FloatArray, scale: FloatArray, count: int, forced: IntArray | None = None
    ) -> IntArray:
        """Choose points one after the other where power × scale is largest.

        Each choice lowers the power around it as if it had been measured already, so that a batch
        covers what is unknown instead of crowding its worst spot.

        Parameters
        ----------
        at
            float64[x, 2]: the candidates.
        scale
            float64[x]: what to multiply the power with; zero or less excludes a candidate.
        forced
            Candidates that are chosen first, whatever their score.

        Returns
        -------
        int64[≤ count]
            Indices of ``at``, in the order chosen; the first candidate wins a tie.
        """
        bases = self._bases(at)
        projected = bases @ self._inverse
        variance = np.maximum(-np.einsum("xn,xn->x", projected, bases), 0.0)
        squared = np.where(scale > 0, scale, 0.0) ** 2
        waiting = [] if forced is None else list(forced)
        chosen: list[int] = []
        columns: list[FloatArray] = []
        while len(chosen) < count:
            if waiting:
                best = int(waiting.pop(0))
            else:
                score = variance * squared
                best = int(score.argmax())
                if not score[best] > 0:
                    break
            chosen.append(best)
            if variance[best] > 1e-300:
                column = kernel(at, at[best : best + 1])[:, 0] - projected @ bases[best]
                for earlier in columns:
                    column -= earlier * earlier[best]
                column /= np.sqrt(variance[best])
                columns.append(column)
                variance = np.maximum(variance - column**2, 0.0)
            variance[best] = 0.0
        return np.array(chosen, dtype=np.int64)

    def _bases(self, at: FloatArray) -> FloatArray:
        return np.concatenate((kernel(at, self.places), _trend(at)), axis=1)


def kernel(one: FloatArray, other: FloatArray) -> FloatArray:
    """r² log r between all pairs, float64[a, b]; 0 at r = 0."""
    squared = squared_distances(one, other)
    # A distance of 0 is 0 times a finite logarithm.
    found = np.log(squared + 1e-300)
    found *= squared
    found *= 0.5
    return found


def squared_distances(one: FloatArray, other: FloatArray) -> FloatArray:
    """Between all pairs of places, float64[a, b]."""
    squared = np.subtract.outer(one[:, 0], other[:, 0])
    squared *= squared
    across = np.subtract.outer(one[:, 1], other[:, 1])
    across *= across
    squared += across
    return squared


def _trend(at: FloatArray) -> FloatArray:
    return np.concatenate((np.ones((len(at), 1)), at), axis=1)
