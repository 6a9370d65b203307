"""The box that a surface is drawn in, and how data coordinates map to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.scene import Limits, SurfaceScene

FloatArray = npt.NDArray[np.float64]

HALF_SIDE = 1.0
"""The base spans [−1, 1] along both axes of the plane."""
HEIGHT = 1.2
"""Height over a base of side 2: aspect (1, 1, 0.6)."""


@dataclass(frozen=True)
class Box:
    """Affine map between data and box coordinates.

    Attributes
    ----------
    alpha, beta
        Data ranges of the base.
    low, high
        Values at the floor and at the top of the box, low < high.
    """

    alpha: tuple[float, float]
    beta: tuple[float, float]
    low: float
    high: float

    @staticmethod
    def from_data(alpha: FloatArray, beta: FloatArray, limits: Limits) -> Box:
        """Box over a lattice. Limits that do not ascend are widened so that the map exists."""
        low, high = float(limits.low), float(limits.high)
        if not high > low:
            high = low + max(abs(low) * 1e-6, 1e-9)
        return Box(
            (float(alpha[0]), float(alpha[-1])), (float(beta[0]), float(beta[-1])), low, high
        )

    def x(self, alpha: npt.ArrayLike) -> FloatArray:
        """Box coordinate of values along axis 1."""
        return _rescale(alpha, self.alpha)

    def y(self, beta: npt.ArrayLike) -> FloatArray:
        """Box coordinate of values along axis 2."""
        return _rescale(beta, self.beta)

    def z(self, value: npt.ArrayLike) -> FloatArray:
        """Box height of metric values, clipped to floor and top; NaN stays NaN."""
        # Divided first: the difference of two huge finite values would overflow.
        span = self.high - self.low
        with np.errstate(over="ignore"):
            level = np.asarray(value, dtype=np.float64) / span - self.low / span
        return np.clip(level, 0.0, 1.0) * HEIGHT

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
