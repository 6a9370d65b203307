"""What a landscape view shows, as plain values; the 3D and the contour view take the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MarkerKind: TypeAlias = Literal["start", "end", "rolled_back", "now"]
PointKind: TypeAlias = Literal["measured", "sampled", "estimated", "filled", "not finite"]
ValueScale: TypeAlias = Literal["linear", "log"]
FillStyle: TypeAlias = Literal["smooth", "bands", "cells"]


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
        float64[m, n], finite everywhere: measured values where there are any that are finite, else
        estimates, else filled in. ``height[j, i]`` is over (alpha[i], beta[j]).
    measured
        bool[m, n]: True where the engine measured the point on all examples, and found a number.
    sampled
        bool[m, n]: where it measured the point on few examples; None if it never does.
    bound
        float64[m, n]: what 95 % of the estimates are not off by more than; 0 where measured, NaN
        where only filled in. None if nothing is estimated.
    trust
        float64[m, n]: how sure the picture is of its heights, 1 where measured or as good as, 0
        where filled in. None if nothing is estimated.
    standard_error
        float64[m, n] of the measured values, NaN where not known; None if never.
    few
        int64[m, n]: on how many examples sampled points were measured, 0 where not known; None if
        never.
    examples
        Number of all examples of the split; 0 if not known.
    scale
        How values are spaced along the colour map and between contour levels; 3D heights may
        follow it. ``log`` only where there are values above 0.
    parts
        Surfaces measured finer over a part of this one, in the same plane, the finest last. They
        lie on top of it.
    not_finite
        bool[m, n]: where the engine measured the point and found NaN or an infinity: the height
        there says nothing. None if there is no such point.
    """

    alpha: FloatArray
    beta: FloatArray
    height: FloatArray
    measured: BoolArray
    titles: AxisTitles
    sampled: BoolArray | None = None
    bound: FloatArray | None = None
    trust: FloatArray | None = None
    standard_error: FloatArray | None = None
    few: npt.NDArray[np.int64] | None = None
    examples: int = 0
    scale: ValueScale = "linear"
    parts: tuple[SurfaceScene, ...] = ()
    not_finite: BoolArray | None = None

    def kind(self, j: int, i: int) -> PointKind:
        """Where the height of a point comes from."""
        if self.not_finite is not None and self.not_finite[j, i]:
            return "not finite"
        if self.measured[j, i]:
            return "measured"
        if self.bound is None or np.isnan(self.bound[j, i]):
            return "filled"
        if self.sampled is not None and self.sampled[j, i]:
            return "sampled"
        return "estimated"

    def few_words(self, j: int, i: int) -> str:
        """On what a sampled point was measured: ``24 of 256 examples``."""
        count = int(self.few[j, i]) if self.few is not None else 0
        if count and self.examples:
            return f"{count:,} of {self.examples:,} examples"
        return f"{count:,} examples" if count else "few examples"

    @property
    def lost(self) -> int:
        """Number of points that were measured and are not finite."""
        return 0 if self.not_finite is None else int(self.not_finite.sum())

    @property
    def only_sampled(self) -> BoolArray | None:
        """bool[m, n]: points measured on few examples and not on all; None if there is none."""
        if self.sampled is None:
            return None
        only = self.sampled & ~self.measured
        if self.not_finite is not None:
            only &= ~self.not_finite
        return only if only.any() else None

    @property
    def unmeasured(self) -> BoolArray:
        """bool[m, n]: points that were measured neither on all examples nor on few."""
        known = self.measured.copy()
        for also in (self.sampled, self.not_finite):
            known |= False if also is None else also
        return ~known


def in_whole_cells(measured: BoolArray) -> BoolArray:
    """Whether points are corners of cells that are measured at all four corners.

    A lone measured point says little of the surface around it: it is shown as a dot, not as
    measured surface.
    """
    cells = measured[:-1, :-1] & measured[:-1, 1:] & measured[1:, :-1] & measured[1:, 1:]
    out = np.zeros(measured.shape, dtype=np.bool_)
    for rows in (slice(None, -1), slice(1, None)):
        for columns in (slice(None, -1), slice(1, None)):
            out[rows, columns] |= cells
    return out


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
