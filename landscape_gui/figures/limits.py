"""Limits of values that leave out what towers above them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from landscape_gui.figures.arrays import FloatArray

_OUTLIER = 2.0


def robust_limits(values: Iterable[FloatArray]) -> tuple[float, float]:
    """Limits that all panels share: everything, unless a few points tower above the rest.

    Corners of a landscape can be orders of magnitude above the basin that is of interest; then
    the upper limit is the 98th percentile.
    """
    known = np.concatenate([part.reshape(-1) for part in values])
    known = known[np.isfinite(known)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    bulk = float(np.percentile(known, 98))
    if bulk > low and high - low > _OUTLIER * (bulk - low):
        high = bulk
    if high <= low:
        step = max(abs(low) * 1e-3, 1e-6)
        # Beside the largest of all numbers there is room only below.
        low, high = (low, low + step) if np.isfinite(low + step) else (low - step, low)
    return low, high
