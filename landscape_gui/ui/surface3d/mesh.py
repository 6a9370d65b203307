"""The drawn lattice: its vertices, the triangles between them, and what stands at each vertex.

Cells of a coarse surface are subdivided so that they are drawn as the bilinear patches they are;
two bare triangles would show the diagonal that was happened to be chosen. Of a fine surface every
vertex is kept, and fewer triangles are drawn while it moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.scene import BoolArray, FloatArray, in_whole_cells

_REFINE_TO = 101
# Beyond this float32 arithmetic in the shader would overflow.
_LARGEST = 1e25


def refinement(count: int) -> int:
    """Into how many steps each step of an axis with ``count`` points is divided."""
    return max(1, (_REFINE_TO - 1) // (count - 1))


def kept(count: int, most: int) -> npt.NDArray[np.intp]:
    """At most ``most`` of ``count`` indices, as even as can be, both ends included."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.round(np.linspace(0, count - 1, most)).astype(np.intp))


@dataclass(frozen=True)
class DrawnLattice:
    """Vertices drawn for a lattice with box coordinates ``x[n]``, ``y[m]`` (both ascending)."""

    x: FloatArray
    y: FloatArray
    steps_x: int = field(init=False)
    steps_y: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps_x", refinement(len(self.x)))
        object.__setattr__(self, "steps_y", refinement(len(self.y)))

    @property
    def shape(self) -> tuple[int, int]:
        """Drawn rows and columns (M, N)."""
        return (len(self.y) - 1) * self.steps_y + 1, (len(self.x) - 1) * self.steps_x + 1

    def positions(self) -> npt.NDArray[np.float32]:
        """float32[M, N, 2]: x and y of the drawn vertices."""
        x, y = np.meshgrid(refined(self.x, self.steps_x, 0), refined(self.y, self.steps_y, 0))
        return np.stack([x, y], axis=-1).astype(np.float32)

    def faces(self, most: int) -> npt.NDArray[np.uint32]:
        """uint32[k, 3] over at most ``most`` rows and columns, counter-clockwise from above."""
        rows, columns = self.shape
        return _faces(rows, columns, most)

    def faces_beyond(self, beyond: BoolArray, most: int) -> npt.NDArray[np.uint32]:
        """Of ``faces`` those in cells with a corner where ``beyond``, bool[M, N], holds."""
        rows, columns = kept(self.shape[0], most), kept(self.shape[1], most)
        at = beyond if beyond.shape == (len(rows), len(columns)) else beyond[np.ix_(rows, columns)]
        cells = at[:-1, :-1] | at[:-1, 1:] | at[1:, :-1] | at[1:, 1:]
        return self.faces(most).reshape(-1, 2, 3)[np.flatnonzero(cells)].reshape(-1, 3)

    def nodes(self, selected: BoolArray) -> npt.NDArray[np.uint32]:
        """Drawn vertices of the lattice points that are selected, bool[m, n]."""
        j, i = np.nonzero(selected)
        return (j * self.steps_y * self.shape[1] + i * self.steps_x).astype(np.uint32)

    def layers(
        self,
        height: FloatArray,
        sure: FloatArray,
        base: float,
        rows: tuple[int, int],
    ) -> tuple[int, npt.NDArray[np.float32]]:
        """What stands at the vertices that depend on the lattice rows [rows[0], rows[1]).

        Parameters
        ----------
        height
            float64[m, n], finite.
        sure
            float64[m, n]: how sure the picture is of its heights, 0 to 1.
        base
            Taken off the heights in float64, so that float32 resolves small differences.
        rows
            Lattice rows in which something changed.

        Returns
        -------
        first
            The first of the drawn rows.
        layers
            float32[k, N, 4]: height − base, slopes along x and y, how sure.
        """
        m = len(self.y)
        # Slopes of neighbouring rows change too, and the vertices between those and the next.
        low, high = max(0, rows[0] - 2), min(m, rows[1] + 2)
        around = slice(max(0, low - 1), min(m, high + 1))
        relative = np.clip(height[around] - base, -_LARGEST, _LARGEST)
        assert np.isfinite(relative).all(), "a NaN or inf height must never reach the GPU"
        slope_y, slope_x = (np.asarray(s) for s in np.gradient(relative, self.y[around], self.x))
        inner = slice(low - around.start, high - around.start)
        out: npt.NDArray[np.float32] = np.empty(
            ((high - low - 1) * self.steps_y + 1, self.shape[1], 4), dtype=np.float32
        )
        for index, layer in enumerate((relative, slope_x, slope_y, sure[around])):
            fine = refined(refined(layer[inner], self.steps_y, 0), self.steps_x, 1)
            out[..., index] = np.clip(fine, -_LARGEST, _LARGEST) if index in (1, 2) else fine
        return low * self.steps_y, out


def sureness(measured: BoolArray, trust: FloatArray | None) -> FloatArray:
    """float64[m, n]: 1 in cells that are measured at all corners, else what is trusted."""
    if measured.all():
        return np.ones(measured.shape)
    sure = in_whole_cells(measured).astype(np.float64)
    return sure if trust is None else np.maximum(sure, trust)


def refined(values: FloatArray, steps: int, axis: int) -> FloatArray:
    """Linear interpolation with ``steps`` steps between neighbours along an axis."""
    if steps == 1:
        return values
    values = np.moveaxis(values, axis, 0)
    out = np.empty(((len(values) - 1) * steps + 1, *values.shape[1:]))
    out[::steps] = values
    for k in range(1, steps):
        weight = k / steps
        out[k::steps] = values[:-1] * (1 - weight) + values[1:] * weight
    return np.moveaxis(out, 0, axis)


@lru_cache(maxsize=8)
def _faces(rows: int, columns: int, most: int) -> npt.NDArray[np.uint32]:
    j, i = kept(rows, most), kept(columns, most)
    vertex = j[:, None] * columns + i
    corners = (vertex[:-1, :-1], vertex[:-1, 1:], vertex[1:, 1:], vertex[1:, :-1])
    quads = np.stack([corner.ravel() for corner in corners], axis=-1)
    faces = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.uint32)
    faces.flags.writeable = False
    return faces
