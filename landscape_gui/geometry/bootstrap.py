"""Intervals of a mean difference by resampling the examples."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

RESAMPLES = 4000
LEVEL = 0.95

# With so few different values, how often each is drawn is drawn instead.
_FEW_VALUES = 16
# Numbers that are drawn at once.
_SLAB = 4_000_000


def paired_interval(
    differences: npt.ArrayLike,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile interval of a mean of differences, each of one example (Efron 1979).

    Whole examples are drawn anew: what an example gave under both models stays together.

    Parameters
    ----------
    differences
        float[n].
    level
        Of confidence.

    Returns
    -------
    (low, high); NaN for fewer than two differences, or where one is not finite.
    """
    values = np.asarray(differences, dtype=np.float64)
    count = len(values)
    if count < 2 or not np.isfinite(values).all():
        return math.nan, math.nan
    generator = np.random.default_rng(seed)
    kinds, counts = np.unique(values, return_counts=True)
    if len(kinds) <= _FEW_VALUES:
        means = generator.multinomial(count, counts / count, resamples) @ kinds / count
    else:
        means = np.empty(resamples)
        slab = max(1, _SLAB // count)
        for first in range(0, resamples, slab):
            part = means[first : first + slab]
            part[:] = values[generator.integers(0, count, (len(part), count))].mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return float(low), float(high)
