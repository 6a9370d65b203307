"""What a landscape view shows, as plain values; the 3D and the contour view take the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MarkerKind: TypeAlias = Literal["start", "end", "rolled_back"]


@dataclass(frozen=True)
class AxisTitles:
    """Titles of the axes, e.g. ``α  (direction to the fine-tuned model)`` and ``training loss``."""

    alpha: str
    beta: str
    value: str


@dataclass(frozen=True, eq=False)
class SurfaceScene:
    """A surface as it stands now.

    Attributes
    ----------
    alpha, beta
        float64[n] and float64[m], ascending.
    height
        float64[m, n], finite everywhere: measured values where there are any, else filled in.
        ``height[j, i]`` is over (alpha[i], beta[j]).
    measured
        bool[m, n]: True where the engine measured the point.
    """

    alpha: FloatArray
    beta: FloatArray
    height: FloatArray
    measured: BoolArray
    titles: AxisTitles


@dataclass(frozen=True)
class Limits:
    """Values at the two ends of the colour map."""

    low: float
    high: float


@dataclass(frozen=True)
class Marker:
    """A named point in the plane with its own measured value (NaN while unknown)."""

    kind: MarkerKind
    label: str
    alpha: float
    beta: float
    value: float


@dataclass(frozen=True, eq=False)
class TrajectoryOverlay:
    """Checkpoints projected into the plane, start first.

    Attributes
    ----------
    alpha, beta
        float64[k] coordinates by the chosen projection.
    value
        float64[k]: the checkpoint's own measured metric; NaN while unknown.
    off_plane
        float64[k]: ‖δi − its projection‖ / ‖δi‖, 0 in the plane, 1 orthogonal to it.
    labels
        One short text per checkpoint, e.g. its epoch.
    caption
        Which projection is drawn, in words.
    """

    alpha: FloatArray
    beta: FloatArray
    value: FloatArray
    off_plane: FloatArray
    labels: tuple[str, ...]
    caption: str
