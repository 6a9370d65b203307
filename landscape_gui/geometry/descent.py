"""Whether a loss falls all the way from one point to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Descent:
    """A loss along a straight line from a start to an end.

    Attributes
    ----------
    barrier
        By how much the highest value exceeds the higher one of both ends; 0 where none does.
    barrier_at
        Where on the line the highest value is.
    climb
        The largest rise from any point to a later one; 0 where the loss never rises.
    climb_from, climb_to
        Between which points that is.
    ascent_share
        All rises together as a share of all rises and falls.
    points
        How many values the line has, the ends included.
    """

    barrier: float
    barrier_at: float
    climb: float
    climb_from: float
    climb_to: float
    ascent_share: float
    points: int

    @property
    def monotone(self) -> bool:
        """Whether the loss never rises from one of the points to a later one."""
        return self.climb <= 0.0


def descent(alpha: FloatArray, values: FloatArray) -> Descent:
    """Look for rises along a line.

    Parameters
    ----------
    alpha
        float64[n], n ≥ 2, ascending: the first is the start, the last the end.
    values
        float64[n]; infinities are taken as they are.

    Raises
    ------
    ValueError
        If there are fewer than two values, or one is NaN.
    """
    if len(values) < 2 or np.isnan(values).any():
        raise ValueError("a descent needs two values or more, none of them NaN")
    top = int(values.argmax())
    ends = max(float(values[0]), float(values[-1]))
    lowest = np.minimum.accumulate(values)
    with np.errstate(invalid="ignore"):
        rises = np.nan_to_num(values - lowest, nan=0.0, posinf=np.inf)
        steps = np.nan_to_num(np.diff(values), nan=0.0, posinf=np.inf, neginf=-np.inf)
    last = int(rises.argmax())
    first = int(values[: last + 1].argmin())
    up, down = float(steps[steps > 0].sum()), float(-steps[steps < 0].sum())
    share = up / (up + down) if 0 < up + down < np.inf else 0.0
    return Descent(
        barrier=0.0 if values[top] <= ends else float(values[top]) - ends,
        barrier_at=float(alpha[top]),
        climb=float(rises[last]),
        climb_from=float(alpha[first]),
        climb_to=float(alpha[last]),
        ascent_share=share,
        points=len(values),
    )
