"""Which faces and edges of the box carry grid and numbers, for a given eye."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.surface3d.box import HALF_SIDE, HEIGHT
from landscape_gui.ui.surface3d.camera import Projection

FloatArray = npt.NDArray[np.float64]

BOUNDS = np.array([[-HALF_SIDE, HALF_SIDE], [-HALF_SIDE, HALF_SIDE], [0.0, HEIGHT]])


@dataclass(frozen=True)
class Face:
    """The side of the box at one end of one axis (0 α, 1 β, 2 value; end 0 low, 1 high)."""

    axis: int
    end: int

    def corners(self) -> FloatArray:
        """float64[4, 3] in order around the face."""
        b, c = (a for a in range(3) if a != self.axis)
        corners = np.empty((4, 3))
        corners[:, self.axis] = BOUNDS[self.axis, self.end]
        corners[:, b] = BOUNDS[b][[0, 1, 1, 0]]
        corners[:, c] = BOUNDS[c][[0, 0, 1, 1]]
        return corners

    def lines(self, axis: int, at: FloatArray) -> FloatArray:
        """float64[k, 2, 3]: lines across the face at coordinates along one of its own axes."""
        other = 3 - self.axis - axis
        lines = np.empty((len(at), 2, 3))
        lines[..., self.axis] = BOUNDS[self.axis, self.end]
        lines[..., axis] = at[:, None]
        lines[..., other] = BOUNDS[other]
        return lines


def back_faces(eye: FloatArray) -> list[Face]:
    """Faces seen from inside: always behind the surface."""
    return [
        Face(axis, end)
        for axis, end in product(range(3), range(2))
        if (eye[axis] - BOUNDS[axis, end]) * (1 if end else -1) < 0
    ]


def labelled_edge(axis: int, projection: Projection) -> FloatArray | None:
    """Ends float64[2, 3] of the edge that carries an axis's numbers; None if there is none.

    It lies on the silhouette of the box, between a face seen from inside and one seen from
    outside, so that its numbers never cross the surface: the lowest one on screen for α and β,
    the leftmost one for the value.
    """
    back = set(back_faces(projection.eye))
    b, c = (a for a in range(3) if a != axis)
    best: tuple[float, FloatArray] | None = None
    for end_b, end_c in product(range(2), range(2)):
        if (Face(b, end_b) in back) == (Face(c, end_c) in back):
            continue
        edge = np.empty((2, 3))
        edge[:, axis] = BOUNDS[axis]
        edge[:, b], edge[:, c] = BOUNDS[b, end_b], BOUNDS[c, end_c]
        x, y = projection.project(edge).mean(axis=0)
        rank = float(-x if axis == 2 else y)
        if best is None or rank > best[0]:
            best = (rank, edge)
    return best[1] if best else None
