"""A surface as it grew: from the stored order of its points to the surface at any moment. No Qt."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.thin_plate import ThinPlate
from landscape_gui.specs import Metric
from landscape_gui.ui.landscape_model import LivePlot
from landscape_gui.ui.scene import BoolArray, FloatArray

IntArray = npt.NDArray[np.int64]


class GrowthReplay:
    """The points of a surface in the order in which they were measured.

    The file keeps two sequences, of points measured on all and on few examples, but not how the
    one ran beside the other: here both run at the same share of their lengths. What was estimated
    meanwhile is not kept either: until the end, points that were not measured are filled in, by a
    spline where they were chosen and do not make up levels. The end is the surface as it is stored.

    Attributes
    ----------
    full, few
        int64[k, 2]: (j, i) of the points measured on all and on few examples, in stored order.
    """

    def __init__(self, plot: LivePlot) -> None:
        self.plot = plot
        self.full = _sequence(plot.order)
        self.few = _sequence(plot.few_order)

    @property
    def count(self) -> int:
        """Number of steps: points measured on all and on few examples."""
        return len(self.full) + len(self.few)

    def counts_at(self, step: int) -> tuple[int, int]:
        """How many points of either kind are there after ``step`` of ``count`` steps."""
        step = min(max(step, 0), self.count)
        if not len(self.few):
            return step, 0
        full = min(len(self.full), round(step * len(self.full) / max(self.count, 1)))
        few = min(len(self.few), step - full)
        return step - few, few

    def step_at(self, position: float) -> int:
        """The step at a position from 0 to 1.

        Quadratic: the coarse levels, in which the surface takes shape, have few points, the last
        one has three quarters of all.
        """
        if not self.count:
            return 0
        position = min(max(position, 0.0), 1.0)
        return max(1, round(self.count * position**2))

    def plot_at(self, step: int, shown: Metric) -> LivePlot:
        """The surface after some steps; after the last one the stored surface itself.

        Only of the metric that is shown, chosen points are joined by a spline.
        """
        if step >= self.count:
            return self.plot
        plot = self.plot
        full, few = self.counts_at(step)
        measured = _mask(self.full[:full], plot.measured.shape)
        sampled = _mask(self.few[:few], plot.measured.shape)
        return replace(
            plot,
            values={m: np.where(measured, v, np.nan) for m, v in plot.values.items()},
            standard_errors={
                m: np.where(measured, v, np.nan) for m, v in plot.standard_errors.items()
            },
            measured=measured,
            sampled=sampled,
            complete=False,
            estimates=self._estimates(full, few, sampled & ~measured, shown),
            bounds=_kept(plot.bounds, sampled & ~measured),
            errors={},
        )

    def _estimates(
        self, full: int, few: int, sampled: BoolArray, shown: Metric
    ) -> dict[str, FloatArray]:
        """Sampled points as stored, all others by a spline through what is there."""
        plot = self.plot
        kept = _kept(plot.estimates, sampled)
        final = plot.estimates.get(shown)
        if final is None:
            return kept
        # The first points are the most spread; so many that a frame takes hundredths of a second.
        share = min(1.0, _most_places(plot.measured.size) / max(full + few, 1))
        first = self.full[: math.ceil(share * full)], self.few[: math.ceil(share * few)]
        places = np.unique(np.concatenate(first), axis=0)
        # Where a point is measured, that is its estimate.
        known = np.where(plot.measured, plot.values[shown], final)
        spline = _through(places, known)
        if spline is not None:
            spline[sampled] = known[sampled]
            kept[shown] = spline
        return kept


def _most_places(points: int) -> int:
    return max(60, min(200, 400_000 // points))


def _through(places: IntArray, values: FloatArray) -> FloatArray | None:
    """A spline through some points of a lattice, within what is known; None if they are too few."""
    at = places.astype(np.float64)
    known = values[places[:, 0], places[:, 1]]
    finite = np.isfinite(known)
    at, known = at[finite], known[finite]
    if len(at) < 4 or np.linalg.matrix_rank(at - at.mean(axis=0)) < 2:
        return None
    lattice = np.argwhere(np.ones(values.shape, dtype=np.bool_)).astype(np.float64)
    scale = float(max(values.shape))
    spline = ThinPlate(at / scale).predict(lattice / scale, known).reshape(values.shape)
    return np.clip(spline, known.min(), known.max())


def _sequence(order: IntArray | None) -> IntArray:
    """(j, i) of the points with an order from 0 on, by that order."""
    if order is None:
        return np.empty((0, 2), dtype=np.int64)
    places = np.argwhere(order >= 0)
    return places[np.argsort(order[order >= 0], kind="stable")]


def _mask(points: IntArray, shape: tuple[int, ...]) -> BoolArray:
    mask = np.zeros(shape, dtype=np.bool_)
    mask[points[:, 0], points[:, 1]] = True
    return mask


def _kept(
    arrays: dict[str, npt.NDArray[np.float64]], where: BoolArray
) -> dict[str, npt.NDArray[np.float64]]:
    if not where.any():
        return {}
    return {name: np.where(where, values, np.nan) for name, values in arrays.items()}
