"""What the painters of one picture share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QFont

from landscape_gui.ui.surface3d.box import Box
from landscape_gui.ui.surface3d.camera import Projection
from landscape_gui.ui.surface3d.height_field import HeightField
from landscape_gui.ui.theme import Theme

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Frame:
    """One camera's view of one surface in one theme."""

    projection: Projection
    box: Box
    field: HeightField
    theme: Theme
    font: QFont

    def over_lattice(self, alpha: npt.ArrayLike, beta: npt.ArrayLike) -> BoolArray:
        """Whether points of the plane have a surface under them."""
        return self.field.contains(self.box.x(alpha), self.box.y(beta))

    def on_surface(self, alpha: npt.ArrayLike, beta: npt.ArrayLike) -> FloatArray:
        """Box coordinates float64[k, 3] of points of the plane laid onto the surface."""
        x, y = np.atleast_1d(self.box.x(alpha)), np.atleast_1d(self.box.y(beta))
        return np.stack([x, y, self.field.sample(x, y)], axis=-1)

    def lifted(self, alpha: npt.ArrayLike, beta: npt.ArrayLike, value: npt.ArrayLike) -> FloatArray:
        """As on_surface, but at their own values where those are known."""
        points = self.on_surface(alpha, beta)
        own = np.atleast_1d(self.box.z(value))
        points[:, 2] = np.where(np.isnan(own), points[:, 2], own)
        return points

    def visible(self, points: FloatArray) -> BoolArray:
        """Which box points the surface does not hide."""
        return self.field.visible(points, self.projection.eye)


def faded(color: str, opacity: float) -> QColor:
    """A theme's colour with an opacity from 0 to 1."""
    result = QColor(color)
    result.setAlphaF(opacity)
    return result
