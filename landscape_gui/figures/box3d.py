"""A box in perspective: where points of it lie on the page, and what a surface in it hides."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.arrays import BoolArray, FloatArray

HEIGHT = 1.15
"""Of the box, whose base reaches from −1 to 1 on both axes."""

_DISTANCE = 12.0
_STEPS = 160
_SLACK = 0.006


@dataclass(frozen=True)
class View:
    """Where the box is looked at from, as in the window.

    Attributes
    ----------
    azimuth, elevation
        Degrees; azimuth −90 looks along +β, elevation 90 from above.
    parallel
        Without perspective.
    """

    azimuth: float = -60.0
    elevation: float = 34.0
    parallel: bool = False

    @property
    def axes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Unit vectors to the right, upwards on the page, and towards the eye."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        right = np.array([-math.sin(a), math.cos(a), 0.0])
        back = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
        return right, np.cross(back, right), back

    def project(self, points: FloatArray) -> FloatArray:
        """Places on the page, float64[..., 2], of points float64[..., 3]."""
        right, up, back = self.axes
        from_center = points - np.array([0.0, 0.0, HEIGHT / 2])
        flat = np.stack([from_center @ right, from_center @ up], axis=-1)
        if self.parallel:
            return flat
        return flat * (_DISTANCE / (_DISTANCE - from_center @ back))[..., None]

    def towards_eye(self, points: FloatArray) -> FloatArray:
        """Unit vectors float64[..., 3] from points to the eye."""
        back = self.axes[2]
        if self.parallel:
            return np.broadcast_to(back, points.shape)
        ways = np.array([0.0, 0.0, HEIGHT / 2]) + _DISTANCE * back - points
        return ways / np.linalg.norm(ways, axis=-1, keepdims=True)

    def depth(self, points: FloatArray) -> FloatArray:
        """How near points are to the eye, float64[...]; larger is nearer."""
        if self.parallel:
            return points @ self.axes[2]
        eye = np.array([0.0, 0.0, HEIGHT / 2]) + _DISTANCE * self.axes[2]
        return -np.linalg.norm(points - eye, axis=-1)


@dataclass(frozen=True, eq=False)
class HeightField:
    """A surface in the box.

    Attributes
    ----------
    x, y
        float64[n] and float64[m], ascending, within −1 and 1.
    z
        float64[m, n].
    """

    x: FloatArray
    y: FloatArray
    z: FloatArray

    def at(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Its height, linear between its points."""
        i = np.clip(np.searchsorted(self.x, x, side="right") - 1, 0, len(self.x) - 2)
        j = np.clip(np.searchsorted(self.y, y, side="right") - 1, 0, len(self.y) - 2)
        s = np.clip((x - self.x[i]) / (self.x[i + 1] - self.x[i]), 0.0, 1.0)
        t = np.clip((y - self.y[j]) / (self.y[j + 1] - self.y[j]), 0.0, 1.0)
        z = self.z
        near = z[j, i] * (1 - s) + z[j, i + 1] * s
        far = z[j + 1, i] * (1 - s) + z[j + 1, i + 1] * s
        return near * (1 - t) + far * t

    def seen(self, view: View, points: FloatArray) -> BoolArray:
        """Whether nothing of the surface lies between points float64[k, 3] and the eye."""
        if not len(points):
            return np.zeros(0, dtype=np.bool_)
        ways = view.towards_eye(points)
        steps = np.linspace(0.03, 3.0, _STEPS)
        path = points[:, None, :] + steps[None, :, None] * ways[:, None, :]
        inside = (np.abs(path[..., :2]) <= 1.0).all(axis=-1)
        above = path[..., 2] - self.at(path[..., 0], path[..., 1])
        if view.elevation < 0:  # from below
            above = -above
        hidden = np.asarray((inside & (above < -_SLACK)).any(axis=1), dtype=np.bool_)
        return ~hidden


def seen_runs(places: FloatArray, seen: BoolArray) -> list[FloatArray]:
    """The stretches of a line whose points are seen, those of one point left out."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], seen, [False])).astype(np.int8)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [places[first:last] for first, last in pairs if last - first > 1]
