"""Where the box is looked at from, and the projection to pixels that follows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.surface3d.box import HEIGHT

FloatArray = npt.NDArray[np.float64]
ViewpointName: TypeAlias = Literal["paper", "top", "front", "side"]

# Far enough for a mild perspective: the box's diagonal is about 3.
_DISTANCE = 12.0
# As good as parallel: positions can be read off the axes.
_FLAT_DISTANCE = 2000.0
# The box, panned as far as can be, lies within this distance of the centre.
_DEPTH = 6.0
_ZOOM_RANGE = (0.3, 12.0)
# Diagonal of the base with what perspective adds, and the pixels kept for numbers and titles.
_FIT_BASE = 2.9
_MARGIN_X, _MARGIN_Y = 50.0, 46.0


@dataclass(frozen=True)
class Projection:
    """One camera over one widget size.

    Attributes
    ----------
    view, projection
        float64[4, 4], acting on columns.
    width, height
        Size of the widget in logical pixels.
    eye
        float64[3]: position of the eye in box coordinates.
    """

    view: FloatArray
    projection: FloatArray
    width: float
    height: float
    eye: FloatArray
    matrix: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", self.projection @ self.view)

    def project(self, points: npt.ArrayLike) -> FloatArray:
        """Pixels, float64[..., 2] with y down, of points float64[..., 3] in the box."""
        points = np.asarray(points, dtype=np.float64)
        clip = points @ self.matrix[:, :3].T + self.matrix[:, 3]
        ndc = clip[..., :2] / clip[..., 3:4]
        return np.stack(
            [(ndc[..., 0] + 1) * self.width / 2, (1 - ndc[..., 1]) * self.height / 2], axis=-1
        )

    def ray(self, px: float, py: float) -> tuple[FloatArray, FloatArray]:
        """Origin and unit direction of the line of sight through a pixel."""
        inverse = np.linalg.inv(self.matrix)
        x, y = 2 * px / self.width - 1, 1 - 2 * py / self.height
        near, far = (inverse @ np.array([x, y, depth, 1.0]) for depth in (-1.0, 1.0))
        origin = near[:3] / near[3]
        direction = far[:3] / far[3] - origin
        return origin, direction / np.linalg.norm(direction)


@dataclass(frozen=True)
class Camera:
    """A turntable camera.

    Attributes
    ----------
    azimuth, elevation
        Degrees; azimuth −90 looks along +β, elevation 90 from above.
    zoom
        Magnification; 1 fits the box into the widget.
    center
        Point of the box in the middle of the widget.
    flat
        Without perspective, until it is turned.
    parallel
        Without perspective, also while it is turned.
    """

    azimuth: float = -60.0
    elevation: float = 34.0
    zoom: float = 1.0
    center: tuple[float, float, float] = (0.0, 0.0, HEIGHT / 2)
    flat: bool = False
    parallel: bool = False

    def rotated(self, azimuth: float, elevation: float) -> Camera:
        """Turn by degrees; the elevation stops at straight up and down."""
        return replace(
            self,
            azimuth=(self.azimuth + azimuth + 180) % 360 - 180,
            elevation=min(90.0, max(-90.0, self.elevation + elevation)),
            flat=False,
        )

    def zoomed(self, factor: float) -> Camera:
        """Magnify, within sensible bounds."""
        low, high = _ZOOM_RANGE
        return replace(self, zoom=min(high, max(low, self.zoom * factor)))

    def zoomed_at(self, factor: float, px: float, py: float, width: float, height: float) -> Camera:
        """Magnify, so that what is under a pixel stays there."""
        zoomed = self.zoomed(factor)
        share = zoomed.zoom / self.zoom
        dx, dy = px - width / 2, py - height / 2
        return zoomed.panned(dx * (1 - share), dy * (1 - share), width, height)

    def panned(self, dx: float, dy: float, width: float, height: float) -> Camera:
        """Move the picture by pixels; the box never leaves the neighbourhood of the view."""
        right, up, _ = self._axes()
        scale = self._pixels_per_unit(width, height)
        moved = np.array(self.center) + (-dx * right + dy * up) / scale
        x, y, z = np.clip(moved, -2.0, 2.0)
        return replace(self, center=(float(x), float(y), float(z)))

    def projection(self, width: float, height: float) -> Projection:
        """Matrices for a widget of this size in logical pixels."""
        width, height = max(width, 1.0), max(height, 1.0)
        right, up, back = self._axes()
        distance = _FLAT_DISTANCE if self.flat or self.parallel else _DISTANCE
        near, far = distance - _DEPTH, distance + _DEPTH
        eye = np.array(self.center) + distance * back
        view = np.eye(4)
        view[:3, :3] = (right, up, back)
        view[:3, 3] = -view[:3, :3] @ eye

        scale = self._pixels_per_unit(width, height)
        half_width = width / 2 / scale / distance
        half_height = height / 2 / scale / distance
        projection = np.zeros((4, 4))
        projection[0, 0] = 1 / half_width
        projection[1, 1] = 1 / half_height
        projection[2, 2] = -(far + near) / (far - near)
        projection[2, 3] = -2 * far * near / (far - near)
        projection[3, 2] = -1.0
        return Projection(view, projection, width, height, eye)

    def _axes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        azimuth, elevation = math.radians(self.azimuth), math.radians(self.elevation)
        right = np.array([-math.sin(azimuth), math.cos(azimuth), 0.0])
        back = np.array(
            [
                math.cos(elevation) * math.cos(azimuth),
                math.cos(elevation) * math.sin(azimuth),
                math.sin(elevation),
            ]
        )
        return right, np.cross(back, right), back

    def _pixels_per_unit(self, width: float, height: float) -> float:
        # The box fits at every azimuth: turning does not make the picture breathe.
        elevation = math.radians(self.elevation)
        tall = _FIT_BASE * abs(math.sin(elevation)) + HEIGHT * math.cos(elevation)
        across = max(width - 2 * _MARGIN_X, width / 2) / _FIT_BASE
        down = max(height - 2 * _MARGIN_Y, height / 2) / tall
        return min(across, down) * self.zoom


VIEWPOINTS: dict[ViewpointName, Camera] = {
    "paper": Camera(),
    "top": Camera(azimuth=-90.0, elevation=90.0, zoom=1.35, flat=True),
    "front": Camera(azimuth=-90.0, elevation=0.0, zoom=1.25, flat=True),
    "side": Camera(azimuth=0.0, elevation=0.0, zoom=1.25, flat=True),
}
