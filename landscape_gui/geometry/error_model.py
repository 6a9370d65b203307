"""How far an estimated surface may be off: what was missed before tells what is missed now.

A spline knows how its error grows with the distance from measured points (its *power*) but not by
what factor: surfaces are smooth in one place and rough in another. The factor is read off the
measured points themselves, each predicted from all the others, smoothed over the neighbourhood,
and then corrected by what predictions made *before* a point was measured turned out to be off by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.thin_plate import squared_distances

FloatArray = npt.NDArray[np.float64]

# Measured points whose roughness counts at a place.
NEIGHBOURS = 8
# Share of the surface's mean roughness below which no place is believed to be smooth: a flat
# stretch between two of its neighbours may end in a wall that none of them has seen. The mean is
# over the surface where the caller gives ``areas``: the places themselves lie where it is rough.
FLOOR = 0.2
# Surpluses on points drawn at random from which on only these calibrate: the others were chosen
# where the error was expected to be large, and such expectations are too high on average.
ENOUGH = 20
# Only so many of the latest surpluses count: the finer the points lie, the more of what made the
# first predictions fail has been seen.
LATEST = 60
# Largest ratio of a surplus to what was predicted that is believed.
LARGEST = 20.0


def local_scale(
    at: FloatArray,
    places: FloatArray,
    scales: FloatArray,
    counts: npt.NDArray[np.bool_] | None = None,
    *,
    areas: FloatArray | None = None,
    others: bool = False,
) -> FloatArray:
    """Root of the mean square of the nearest places' scales, never far below the surface's own.

    Parameters
    ----------
    at, places
        float64[x, 2], float64[n, 2].
    scales
        float64[n] or float64[n, k]: of ``ThinPlate.scales``.
    counts
        bool as ``scales``: which of them are to be used; all by default.
    areas
        float64[n]: how much of the surface each place stands for; all the same by default.
    others
        Leave out of each place's neighbourhood what lies at the place itself.

    Returns
    -------
    float64[x] or float64[x, k]
    """
    table = scales if scales.ndim == 2 else scales[:, None]
    used = np.ones_like(table, dtype=bool) if counts is None else counts.reshape(table.shape)
    squares = np.where(used, table**2, 0.0)
    area = used if areas is None else areas[:, None] * used
    everything = area.sum(axis=0)
    overall = (area * squares).sum(axis=0) / np.where(everything > 0, everything, 1.0)
    found = np.empty((len(at), table.shape[1]))
    near = min(NEIGHBOURS, len(places) - others)
    for first in range(0, len(at), 2048):
        slab = at[first : first + 2048]
        distance = squared_distances(slab, places)
        if others:
            distance[distance == 0] = np.inf
        nearest = np.argpartition(distance, near - 1, axis=1)[:, :near]
        closeness = 1.0 / (np.take_along_axis(distance, nearest, axis=1) + 1e-6)
        weight = np.zeros((len(slab), len(places)))
        np.put_along_axis(weight, nearest, closeness, axis=1)
        total = weight @ used.astype(np.float64)
        mean = (weight @ squares) / np.where(total > 0, total, 1.0)
        found[first : first + 2048] = np.where(total > 0, mean, overall)
    result = np.sqrt(np.maximum(found, FLOOR**2 * overall))
    return result if scales.ndim == 2 else result[:, 0]


def left_out_ratios(
    places: FloatArray,
    scales: FloatArray,
    residuals: FloatArray,
    carried: FloatArray,
    areas: FloatArray | None = None,
) -> FloatArray:
    """How far each place's own residual is from what its neighbourhood foretells, float64[≤ n].

    The same ratio as a point drawn at random gives, from every point there is: so it knows the
    shape of the distribution of errors far better. Its level is for the drawn points to confirm.

    Parameters
    ----------
    places, scales
        float64[n, 2]; float64[n]: of ``ThinPlate.scales``.
    residuals
        float64[n], in the same units: larger than ``scales`` where the others knew of the place.
    carried
        float64[n], in the same units: what the others' own errors add.
    areas
        Of ``local_scale``.
    """
    expected = np.hypot(local_scale(places, places, scales, areas=areas, others=True), carried)
    used = expected > 0
    return np.minimum(residuals[used] / expected[used], LARGEST)


class Calibration:
    """Surpluses (measured minus predicted beforehand) in units of the predicted error."""

    def __init__(self) -> None:
        self._random: list[float] = []
        self._chosen: list[float] = []

    def add(self, surplus: float, predicted: float, random: bool) -> None:
        """Take in one point, ``random`` if it was drawn and not chosen for its expected error."""
        if np.isfinite(surplus) and predicted > 0:
            # One prediction that was sure and wrong says no more than that the next may be, too.
            ratio = min(abs(surplus) / predicted, LARGEST)
            (self._random if random else self._chosen).append(ratio)

    @property
    def ratios(self) -> FloatArray:
        """The ratios that count: of random points, as soon as there are enough, and a prior."""
        if len(self._random) >= LATEST:
            return np.concatenate((self._random[-LATEST:], _HALF_NORMAL))
        # The first predictions err on the side of caution, which says nothing of later ones.
        seen = np.array(
            self._random if len(self._random) >= ENOUGH else self._chosen + self._random
        )
        size = float(np.sqrt((seen**2).mean())) if len(seen) else 0.0
        return np.concatenate((seen / size if 0 < size < 1 else seen, _HALF_NORMAL))

    def factor(self) -> float:
        """What to multiply a predicted error with to get a bound that holds for 95 %."""
        # 95 % of some dozens of ratios seen were 91 % of those not seen, on random surfaces.
        return float(np.quantile(self.ratios, 0.98)) * self._growth()

    def _growth(self) -> float:
        """How much larger the very latest ratios are than those that count, at least 1.

        Waves finer than the points lie close are missed by ever more: each point lowers the
        predicted error, and not the true one.
        """
        counted = np.array(self._random[-LATEST:])
        if len(counted) < 2 * ENOUGH:
            return 1.0
        latest = counted[-ENOUGH:]
        whole = float((counted**2).mean())
        return math.sqrt(max(1.0, float((latest**2).mean()) / whole)) if whole > 0 else 1.0

    def size(self) -> float:
        """What to multiply a predicted standard deviation with, at least 1."""
        seen = np.array((self._random or self._chosen)[-LATEST:])
        together = np.concatenate((seen, np.ones(len(_HALF_NORMAL))))
        return max(1.0, float(np.sqrt((together**2).mean())))

    def standardised(self) -> FloatArray:
        """Ratios of predictions that were multiplied with ``size`` already, and a prior."""
        return np.concatenate((np.array(self._random[-LATEST:]) / self.size(), _HALF_NORMAL))

    def now(self, left_out: FloatArray) -> FloatArray:
        """The ratios that places which are not measured have now, as far as can be told.

        Those of every measured point, predicted from the others. The points drawn at random were
        predicted at earlier stages and are far fewer: as a level for these ratios they made the
        percentile vary by half as much again, and a lucky streak of them ended refinements at up
        to twice the tolerance. They count where they were off by more.

        Parameters
        ----------
        left_out
            Of ``left_out_ratios``.
        """
        if not len(left_out) or len(self._random) < ENOUGH:
            return self.ratios
        drawn = np.array(self._random[-LATEST:])
        return left_out * max(1.0, self._level(drawn, left_out))

    @staticmethod
    def _level(drawn: FloatArray, left_out: FloatArray) -> float:
        """How much larger the drawn ratios are; drawn to 1, the more the fewer there are."""
        # Not squares: a few wild ratios on either side would say all.
        level, other = (float(np.sqrt(ratios).mean()) ** 2 for ratios in (drawn, left_out))
        if not min(level, other) > 0:
            return 1.0
        return (level / other) ** (len(drawn) / (len(drawn) + ENOUGH))


def percentile(groups: Sequence[tuple[FloatArray, FloatArray]]) -> float:
    """95th percentile of the error over places of several kinds.

    Every predicted error is combined with every ratio of its kind: a mixture, not the percentile
    of bounds, which would count the unlucky twice.

    Parameters
    ----------
    groups
        Predicted errors of the places of a kind; ratios of true to predicted errors of the kind.
    """
    pooled = []
    for predicted, ratios in groups:
        parts = np.quantile(ratios, _PARTS)
        pooled.append((np.asarray(predicted, dtype=np.float64)[:, None] * parts).ravel())
    return float(np.quantile(np.concatenate(pooled), 0.95))


# Stand-ins for a long list of ratios: all parts count the same.
_PARTS = (np.arange(200) + 0.5) / 200

# Quantiles of |x| for a Gaussian x at 2.5 %, 7.5 %, … 97.5 %: a prior worth twenty surpluses, so
# that a lucky streak of forty does not end a refinement.
_HALF_NORMAL = np.array(
    [
        0.031, 0.094, 0.157, 0.221, 0.286, 0.352, 0.419, 0.489, 0.561, 0.636,
        0.714, 0.798, 0.887, 0.984, 1.092, 1.213, 1.356, 1.534, 1.780, 2.241,
    ]
)  # fmt: skip
