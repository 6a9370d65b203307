"""The drawn lattice: finer than a coarse surface, coarser than a huge one.

Cells of a coarse surface are subdivided so that they are drawn as the bilinear patches they are;
two bare triangles would show the diagonal that was happened to be chosen. Of a huge surface at
most 201² vertices are drawn, which more pixels would not show either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.scene import BoolArray, FloatArray, in_whole_cells

MOST_POINTS = 201
_REFINE_TO = 101
# Beyond this float32 arithmetic in the shader would overflow.
_LARGEST = 1e25


def drawn_positions(count: int) -> FloatArray:
    """Fractional lattice indices drawn along an axis of ``count`` points, both ends included."""
    if count > MOST_POINTS:
        return np.unique(np.round(np.linspace(0, count - 1, MOST_POINTS)))
    factor = max(1, (_REFINE_TO - 1) // (count - 1))
    return np.linspace(0, count - 1, (count - 1) * factor + 1)


@dataclass(frozen=True)
class DrawnLattice:
    """Vertices drawn for a lattice with box coordinates ``x[n]``, ``y[m]`` (both ascending).

    Attributes
    ----------
    rows, columns
        float64[M], float64[N]: fractional indices into the lattice.
    """

    x: FloatArray
    y: FloatArray
    rows: FloatArray = field(init=False)
    columns: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", drawn_positions(len(self.y)))
        object.__setattr__(self, "columns", drawn_positions(len(self.x)))

    @property
    def shape(self) -> tuple[int, int]:
        """Drawn rows and columns (M, N)."""
        return len(self.rows), len(self.columns)

    @property
    def drawn_x(self) -> FloatArray:
        """float64[N]: x of the drawn columns."""
        return np.interp(self.columns, np.arange(len(self.x)), self.x)

    @property
    def drawn_y(self) -> FloatArray:
        """float64[M]: y of the drawn rows."""
        return np.interp(self.rows, np.arange(len(self.y)), self.y)

    def sample(self, values: FloatArray) -> FloatArray:
        """Values float64[m, n] at the drawn vertices, float64[M, N], bilinear in between."""
        return self._refine(values[np.ix_(_kept(len(self.y)), _kept(len(self.x)))])

    def positions(self) -> npt.NDArray[np.float32]:
        """float32[M, N, 2]: x and y of the drawn vertices."""
        x, y = np.meshgrid(self.drawn_x, self.drawn_y)
        return np.stack([x, y], axis=-1).astype(np.float32)

    def field(
        self,
        height: FloatArray,
        measured: BoolArray,
        base: float,
        trust: FloatArray | None = None,
    ) -> npt.NDArray[np.float32]:
        """What changes while points arrive: height − base, both slopes, how sure they are.

        Parameters
        ----------
        height
            float64[m, n], finite.
        measured
            bool[m, n].
        base
            Taken off the heights in float64, so that float32 resolves small differences.
        trust
            float64[m, n] from 0 to 1 where points are estimated; without it a point counts as sure
            in cells that are measured at all four corners.

        Returns
        -------
        float32[M, N, 4]
        """
        assert np.isfinite(height).all(), "a NaN or inf height must never reach the GPU"
        rows, columns = _kept(len(self.y)), _kept(len(self.x))
        kept = np.ix_(rows, columns)
        relative = np.clip(height[kept] - base, -_LARGEST, _LARGEST)
        slope_y, slope_x = (
            np.asarray(s) for s in np.gradient(relative, self.y[rows], self.x[columns])
        )
        sure = in_whole_cells(measured).astype(np.float64)
        if trust is not None:
            sure = np.maximum(sure, trust)
        layers = (relative, slope_x, slope_y, sure[kept])
        out = np.empty((*self.shape, 4), dtype=np.float32)
        for index, layer in enumerate(layers):
            out[..., index] = np.clip(self._refine(layer), -_LARGEST, _LARGEST)
        return out

    @cached_property
    def faces(self) -> npt.NDArray[np.uint32]:
        """uint32[2 (M − 1)(N − 1), 3], counter-clockwise seen from above."""
        rows, columns = self.shape
        corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
        quads = corner[:, None] + np.array([0, 1, columns + 1, columns])
        return quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.uint32)

    def nodes(self, measured: BoolArray) -> tuple[npt.NDArray[np.uint32], int]:
        """Drawn vertices of the measured points, those outside whole cells first.

        Returns
        -------
        vertices
            uint32[k]; empty if not every lattice point is drawn.
        lone
            How many of them belong to no cell that is measured at all four corners.
        """
        rows, columns = self.shape
        m, n = measured.shape
        if m > rows or n > columns:
            return np.empty(0, dtype=np.uint32), 0
        lone = measured & ~in_whole_cells(measured)
        step_j, step_i = (rows - 1) // (m - 1), (columns - 1) // (n - 1)
        parts = []
        for selected in (lone, measured & ~lone):
            j, i = np.nonzero(selected)
            parts.append(j * step_j * columns + i * step_i)
        return np.concatenate(parts).astype(np.uint32), int(lone.sum())

    def _refine(self, kept: FloatArray) -> FloatArray:
        rows = self.rows if len(self.y) <= MOST_POINTS else np.arange(len(kept), dtype=np.float64)
        columns = (
            self.columns
            if len(self.x) <= MOST_POINTS
            else np.arange(kept.shape[1], dtype=np.float64)
        )
        return _interpolate(_interpolate(kept, rows, 0), columns, 1)


def _kept(count: int) -> npt.NDArray[np.intp]:
    """Lattice indices that take part in the drawing."""
    if count > MOST_POINTS:
        return drawn_positions(count).astype(np.intp)
    return np.arange(count)


def _interpolate(values: FloatArray, positions: FloatArray, axis: int) -> FloatArray:
    first = np.minimum(positions.astype(np.intp), values.shape[axis] - 2)
    weight = positions - first
    lower = np.take(values, first, axis)
    if not weight.any():
        return lower
    weight = weight[:, None] if axis == 0 else weight
    return lower * (1 - weight) + np.take(values, first + 1, axis) * weight
