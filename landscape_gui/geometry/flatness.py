"""How wide an optimum is, from measured curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Width:
    """Where a curve first rises above a level, left and right of a point.

    ``bounded`` says for each side whether it does so inside the range; where it does not, the end
    of the range stands in and the true width is larger.
    """

    left: float
    right: float
    bounded: tuple[bool, bool]

    @property
    def length(self) -> float:
        return self.right - self.left


def with_points(
    alpha: FloatArray, value: FloatArray, known: Mapping[float, float]
) -> tuple[FloatArray, FloatArray]:
    """A curve with some points known from elsewhere, in the place of its own where it has them.

    Parameters
    ----------
    alpha, value
        float64[n], ascending, and float64[n].
    known
        Position → value.
    """
    for at, found in known.items():
        away = np.abs(alpha - at) >= 1e-9
        alpha, value = alpha[away], value[away]
        place = int(np.searchsorted(alpha, at))
        alpha, value = np.insert(alpha, place, at), np.insert(value, place, found)
    return alpha, value


def basin_width(alpha: FloatArray, value: FloatArray, at: float, rise: float) -> Width:
    """The stretch around ``at`` on which a curve stays within ``rise`` of its value there.

    Linear between the points. A value that is not finite counts as above the level.

    Parameters
    ----------
    alpha
        float64[n], ascending.
    value
        float64[n].
    at
        Position of the optimum inside the range, e.g. 1 for the end point.
    rise
        In units of the value, positive.

    Raises
    ------
    ValueError
        If ``at`` is outside the range, or the value there is not finite.
    """
    if not alpha[0] <= at <= alpha[-1]:
        raise ValueError(f"{at} is outside the curve's range [{alpha[0]}, {alpha[-1]}]")
    bottom = float(np.interp(at, alpha, value))
    if not np.isfinite(bottom):
        raise ValueError(f"the value at {at} is not finite")
    level = bottom + rise
    right, right_bounded = _first_crossing(alpha, value, at, level)
    left, left_bounded = _first_crossing(-alpha[::-1], value[::-1], -at, level)
    return Width(-left, right, (left_bounded, right_bounded))


def _first_crossing(x: FloatArray, y: FloatArray, at: float, level: float) -> tuple[float, bool]:
    """First x after ``at`` where the polyline exceeds ``level``; the last x if it never does."""
    before_x, before_y = at, float(np.interp(at, x, y))
    for k in range(int(np.searchsorted(x, at, side="right")), len(x)):
        if not y[k] <= level:
            if not np.isfinite(y[k]):
                return before_x, True
            share = (level - before_y) / (y[k] - before_y)
            return float(before_x + share * (x[k] - before_x)), True
        before_x, before_y = float(x[k]), float(y[k])
    return float(x[-1]), False
