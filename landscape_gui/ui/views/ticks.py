"""Nice numbers: where ticks and contour levels lie, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from landscape_gui.ui.scene import FloatArray

MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def nice_step(span: float, count: int) -> float:
    """Smallest of 1, 2, 2.5 and 5 times a power of ten that makes at most ``count`` steps."""
    if not (math.isfinite(span) and span > 0):
        return 1.0
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def linear_ticks(low: float, high: float, count: int) -> FloatArray:
    """Multiples of a nice step within [low, high], at most about ``count`` of them."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return np.empty(0)
    step = nice_step(high - low, count)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    if last - first > 1000:
        return np.empty(0)
    # Adding 0 turns −0 into 0.
    return np.arange(first, last + 1, dtype=np.float64) * step + 0.0


def log_ticks(low: float, high: float, count: int) -> FloatArray:
    """Ticks for a logarithmic axis over [low, high]: decades, 1–2–5 or 1–2–3–5–7 in each.

    Falls back to linear ticks where the range holds fewer than three of them.
    """
    if not (math.isfinite(low) and math.isfinite(high) and 0 < low < high):
        return np.empty(0)
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    within = [k for k in exponents if low <= 10.0**k <= high]
    for factors in ((1, 2, 3, 5, 7), (1, 2, 5)):
        fine = [f * 10.0**k for k in exponents for f in factors if low <= f * 10.0**k <= high]
        if len(fine) < 3:
            return linear_ticks(low, high, count)
        if len(fine) <= count:
            return np.array(fine)
    stride = max(1, math.ceil(len(within) / max(count, 1)))
    return np.array([10.0**k for k in within if k % stride == 0])


def tick_labels(values: Sequence[float] | FloatArray) -> list[str]:
    """Numbers with as many decimals as their smallest step needs, alike for all of them."""
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        return []
    largest = float(np.abs(array).max())
    if largest >= 1e5 or (0 < largest < 1e-3):
        return [_scientific(f"{v:.3g}" if v else "0") for v in array]
    exact = (
        d
        for d in range(7)
        if np.allclose(array, np.round(array, d), rtol=0, atol=1e-7 * max(largest, 1e-3))
    )
    decimals = next(exact, 6)
    return [f"{v:.{decimals}f}".replace("-", MINUS) for v in array]


def power_labels(values: Sequence[float] | FloatArray) -> list[str]:
    """Numbers of a logarithmic axis, each with the decimals it needs itself."""
    return [
        _scientific(f"{v:.0e}") if v >= 1e5 or v < 1e-3 else f"{v:g}" for v in np.asarray(values)
    ]


def format_value(value: float) -> str:
    """A value with four significant digits: ``0.3700``, ``−12.34``, ``1.234×10⁵``, ``NaN``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:#.4g}"
    return _scientific(text) if "e" in text else text.rstrip(".").replace("-", MINUS)


def format_coordinate(value: float, step: float) -> str:
    """A coordinate with the decimals that tell neighbours ``step`` apart."""
    decimals = 3 if not step > 0 else min(6, max(2, math.ceil(-math.log10(step) - 1e-9)))
    return f"{value + 0.0:.{decimals}f}".replace("-", MINUS)


def _scientific(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.rstrip(".").replace("-", MINUS)
    if not exponent:
        return mantissa
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    return power if mantissa == "1" else f"{mantissa}×{power}"
