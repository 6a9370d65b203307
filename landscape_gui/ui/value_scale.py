"""Linear or logarithmic: where a value stands between two limits. No Qt."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from landscape_gui.ui.scene import FloatArray, Limits, ValueScale


@overload
def stretched(values: float, scale: ValueScale) -> float: ...
@overload
def stretched(values: FloatArray, scale: ValueScale) -> FloatArray: ...
def stretched(values: Any, scale: ValueScale) -> Any:
    """Values as they are spaced on the scale; −∞ for what a logarithm does not know."""
    if scale == "linear":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log10(np.maximum(values, 0.0))
    # A NaN stays one: it is not a small value.
    return found if isinstance(values, np.ndarray) else float(found)


def unstretched(values: float, scale: ValueScale) -> float:
    """The value that stands at this place of the scale."""
    return values if scale == "linear" else 10.0**values


@overload
def place(values: float, limits: Limits, scale: ValueScale) -> float: ...
@overload
def place(values: FloatArray, limits: Limits, scale: ValueScale) -> FloatArray: ...
def place(values: Any, limits: Limits, scale: ValueScale) -> Any:
    """0 at the lower limit, 1 at the upper one, beyond them outside.

    Limits that leave no room, or that the scale does not know, put everything at or below the
    upper one at 0.
    """
    low, high = stretched(limits.low, scale), stretched(limits.high, scale)
    span = high - low
    if not (np.isfinite(span) and span > 0):
        above = np.where(np.asarray(values) > limits.high, 1.0, 0.0)
        return above if isinstance(values, np.ndarray) else float(above)
    with np.errstate(invalid="ignore", over="ignore"):
        return (stretched(values, scale) - low) / span


def usable(limits: Limits, scale: ValueScale, least: float) -> Limits:
    """Limits that the scale can show.

    Parameters
    ----------
    least
        Smallest value above 0 that there is: a logarithmic scale begins there at the latest.
    """
    if scale == "linear" or limits.low > 0:
        return limits
    high = limits.high if limits.high > least else 10.0 * least
    return Limits(least, high)
