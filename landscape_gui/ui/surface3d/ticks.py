"""Round numbers along an axis, and how they are written."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


def nice_step(low: float, high: float, target: int) -> float:
    """A step of 1, 2 or 5 times a power of ten for at most ``target`` intervals."""
    raw = (high - low) / max(target, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw * (1 - 1e-9))


def nice_ticks(low: float, high: float, target: int) -> npt.NDArray[np.float64]:
    """Multiples of a nice step within [low, high], ends included if they are multiples."""
    step = nice_step(low, high, target)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return np.arange(first, last + 1, dtype=np.float64) * np.float64(step)


def tick_labels(ticks: npt.NDArray[np.float64]) -> list[str]:
    """Ticks with as many decimals as their step needs and a proper minus sign."""
    if len(ticks) == 0:
        return []
    step = abs(float(ticks[1] - ticks[0])) if len(ticks) > 1 else abs(float(ticks[0])) or 1.0
    largest = max(float(np.abs(ticks).max()), step)
    if largest >= 1e6 or step < 1e-4:
        digits = max(0, math.ceil(math.log10(largest / step) - 1e-9))
        texts = ["0" if abs(t) < step / 2 else f"{t:.{digits}e}" for t in ticks]
    else:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        texts = [f"{0.0 if abs(t) < step / 2 else t:.{decimals}f}" for t in ticks]
    return [text.replace("-", "−") for text in texts]
