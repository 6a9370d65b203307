"""The drawn surface on the CPU: what is under the mouse, and what hides behind what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.surface3d.box import HEIGHT

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MARCH_STEPS = 600
_VISIBILITY_STEPS = 96
# In box units: what lies this close to the surface counts as lying on it.
_SKIN = 0.012


@dataclass(frozen=True, eq=False)
class HeightField:
    """Values ``z[j, i]`` over box coordinates (``x[i]``, ``y[j]``).

    Attributes
    ----------
    to_box
        Box heights of values: clipping comes after interpolating, as on the GPU.
    """

    x: FloatArray
    y: FloatArray
    z: FloatArray
    to_box: Callable[[FloatArray], FloatArray] = lambda values: values

    def contains(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """Whether points of the base lie over the lattice."""
        return (x >= self.x[0]) & (x <= self.x[-1]) & (y >= self.y[0]) & (y <= self.y[-1])

    def sample(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Box height over points of the base, bilinear; beyond the edge that of the edge."""
        u = np.interp(x, self.x, np.arange(len(self.x)))
        v = np.interp(y, self.y, np.arange(len(self.y)))
        i = np.minimum(u.astype(np.intp), len(self.x) - 2)
        j = np.minimum(v.astype(np.intp), len(self.y) - 2)
        s, t = u - i, v - j
        z = self.z
        return self.to_box(
            z[j, i] * (1 - s) * (1 - t)
            + z[j, i + 1] * s * (1 - t)
            + z[j + 1, i] * (1 - s) * t
            + z[j + 1, i + 1] * s * t
        )

    def first_hit(self, origin: FloatArray, direction: FloatArray) -> tuple[float, float] | None:
        """Base coordinates where a line of sight first meets the surface, from either side."""
        low = np.array([self.x[0], self.y[0], -_SKIN])
        high = np.array([self.x[-1], self.y[-1], HEIGHT + _SKIN])
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            to_low, to_high = (low - origin) / direction, (high - origin) / direction
        enter = max(float(np.nanmax(np.minimum(to_low, to_high))), 0.0)
        leave = float(np.nanmin(np.maximum(to_low, to_high)))
        if not enter < leave:
            return None
        for steps in (_MARCH_STEPS, 32):
            t = np.linspace(enter, leave, steps)
            points = origin + t[:, None] * direction
            above = points[:, 2] > self.sample(points[:, 0], points[:, 1])
            crossings = np.flatnonzero(above[1:] != above[:-1])
            if len(crossings) == 0:
                return None
            enter, leave = t[crossings[0]], t[crossings[0] + 1]
        point = origin + (enter + leave) / 2 * direction
        return float(point[0]), float(point[1])

    def visible(self, points: FloatArray, eye: FloatArray) -> BoolArray:
        """Which of the points float64[k, 3] the surface does not hide from the eye.

        A point is hidden if the way to the eye passes from one side of the surface to the other.
        """
        if len(points) == 0:
            return np.zeros(0, dtype=np.bool_)
        toward = eye - points
        toward /= np.linalg.norm(toward, axis=1, keepdims=True)
        # The way out of the box; 0 along an axis never leaves.
        bounds = np.where(
            toward > 0,
            [self.x[-1], self.y[-1], HEIGHT + 2 * _SKIN],
            [self.x[0], self.y[0], -2 * _SKIN],
        )
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            lengths = np.where(np.abs(toward) > 1e-9, (bounds - points) / toward, np.inf)
        length = np.clip(lengths.min(axis=1), 0.0, 4.0)
        t = np.linspace(0.0, 1.0, _VISIBILITY_STEPS) ** 1.5
        ways = points[:, None] + (t * length[:, None])[..., None] * toward[:, None]
        clearance = ways[..., 2] - self.sample(ways[..., 0], ways[..., 1])
        return ~((clearance > _SKIN).any(axis=1) & (clearance < -_SKIN).any(axis=1))
