"""A point to be measured, what that gave, and what is believed of the whole lattice then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Visit:
    """A point to be measured: on all examples, or on those named.

    Attributes
    ----------
    random
        Drawn at random, to be measured on all examples: a test of the estimates.
    expected
        Metric → standard deviation of what the examples that are not measured leave.
    predicted
        Metric → estimate and its standard deviation before the visit.
    foretold
        Split → (losses[N], margins[N]) that stand for what is not measured.
    trial
        Of a point drawn at random: the examples it would have been measured on, and ``expected``.
    """

    j: int
    i: int
    random: bool
    examples: Mapping[str, IntArray] | None = None
    expected: Mapping[str, float] = field(default_factory=dict)
    predicted: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    foretold: Mapping[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    trial: tuple[Mapping[str, IntArray], Mapping[str, float]] | None = None


@dataclass(frozen=True)
class Found:
    """What a visit gave: metrics where all examples were measured, and each example's own.

    ``examples``: split → (losses[N], margins[N]), NaN where not measured; needed for sampling.
    """

    values: Mapping[str, float]
    examples: Mapping[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = field(
        default_factory=dict
    )


@dataclass(frozen=True)
class Picture:
    """What is believed of the whole lattice.

    Attributes
    ----------
    estimates, bounds
        Metric → float64[m, n]: value, and what 95 % are not off by more than; 0 where measured
        on all examples.
    errors
        Metric → 95th percentile of the error over the lattice, as a share of the range.
    """

    estimates: dict[str, FloatArray]
    bounds: dict[str, FloatArray]
    errors: dict[str, float]
