"""The box that a surface is drawn in, and how data coordinates map to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.scene import Limits, SurfaceScene

FloatArray = npt.NDArray[np.float64]

HALF_SIDE = 1.0
"""The base spans [−1, 1] along both axes of the plane."""
HEIGHT = 1.2
"""Height over a base of side 2: aspect (1, 1, 0.6)."""
FLOOR_GAP = 0.36
"""Room under the surface where contour lines are drawn on the floor."""
# A logarithmic axis over limits that begin at zero or below spans this factor.
_LOG_SPAN = 1e4


@dataclass(frozen=True)
class Box:
    """Map between data and box coordinates: affine, but for the height on a logarithmic scale.

    Attributes
    ----------
    alpha, beta
        Data ranges of the base.
    low, high
        Values at the foot of the surface and at the top of the box, low < high.
    log
        Whether heights are logarithms; then low > 0.
    foot
        Box height of ``low``.
    """

    alpha: tuple[float, float]
    beta: tuple[float, float]
    low: float
    high: float
    log: bool = False
    foot: float = 0.0

    @staticmethod
    def from_data(
        alpha: FloatArray,
        beta: FloatArray,
        limits: Limits,
        log: bool = False,
        foot: float = 0.0,
    ) -> Box:
        """Box over a lattice. Limits that do not ascend are widened so that the map exists."""
        low, high = float(limits.low), float(limits.high)
        if not high > low:
            high = low + max(abs(low) * 1e-6, 1e-9)
        log = log and high > 0
        if log and low <= 0:
            low = high / _LOG_SPAN
        ends = (float(alpha[0]), float(alpha[-1])), (float(beta[0]), float(beta[-1]))
        return Box(*ends, low, high, log, foot)

    @property
    def room(self) -> float:
        """Box height between ``low`` and ``high``."""
        return HEIGHT - self.foot

    @property
    def log_ratio(self) -> float:
        """Natural logarithm of high / low; 0 on a linear scale."""
        return math.log(self.high / self.low) if self.log else 0.0

    def x(self, alpha: npt.ArrayLike) -> FloatArray:
        """Box coordinate of values along axis 1."""
        return _rescale(alpha, self.alpha)

    def y(self, beta: npt.ArrayLike) -> FloatArray:
        """Box coordinate of values along axis 2."""
        return _rescale(beta, self.beta)

    def z(self, value: npt.ArrayLike) -> FloatArray:
        """Box height of metric values, clipped to foot and top; NaN stays NaN."""
        value = np.asarray(value, dtype=np.float64)
        if self.log:
            level = np.log(np.maximum(value, self.low) / self.low) / self.log_ratio
        else:
            # Divided first: the difference of two huge finite values would overflow.
            span = self.high - self.low
            with np.errstate(over="ignore"):
                level = value / span - self.low / span
        return self.foot + np.clip(level, 0.0, 1.0) * self.room

    def plane_coordinates(self, x: float, y: float) -> tuple[float, float]:
        """(alpha, beta) of a point of the base."""
        a0, a1 = self.alpha
        b0, b1 = self.beta
        return (
            a0 + (x + HALF_SIDE) / (2 * HALF_SIDE) * (a1 - a0),
            b0 + (y + HALF_SIDE) / (2 * HALF_SIDE) * (b1 - b0),
        )


def _rescale(values: npt.ArrayLike, span: tuple[float, float]) -> FloatArray:
    low, high = span
    return (np.asarray(values, dtype=np.float64) - low) / (high - low) * 2 * HALF_SIDE - HALF_SIDE


def own_limits(scene: SurfaceScene) -> Limits:
    """Limits for a scene that was given none: the range of what is measured."""
    heights = scene.height[scene.measured] if scene.measured.any() else scene.height
    return Limits(float(heights.min()), float(heights.max()))
