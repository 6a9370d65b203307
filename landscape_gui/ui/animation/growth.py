"""A surface as it grew: from the stored order of its points to the surface at any moment. No Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.landscape_model import LivePlot
from landscape_gui.ui.scene import BoolArray

IntArray = npt.NDArray[np.int64]


class GrowthReplay:
    """The points of a surface in the order in which they were measured.

    The file keeps two sequences, of points measured on all and on few examples, but not how the
    one ran beside the other: here both run at the same share of their lengths. What was estimated
    meanwhile is not kept either: until the end, points that were not measured are filled in, as in
    a job without estimates. The end is the surface as it is stored.

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

    def plot_at(self, step: int) -> LivePlot:
        """The surface after some steps; after the last one the stored surface itself."""
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
            estimates=_kept(plot.estimates, sampled & ~measured),
            bounds=_kept(plot.bounds, sampled & ~measured),
            errors={},
        )


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
