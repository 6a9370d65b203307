"""What stands at each vertex of the drawn surface, kept up to date row by row."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.scene import BoolArray, FloatArray, SurfaceScene
from landscape_gui.ui.surface3d.mesh import DrawnLattice, sureness


class SurfaceField:
    """Heights, slopes and sureness at the vertices, written by the window, read by what draws.

    Attributes
    ----------
    lattice
        Where the vertices lie.
    base
        Taken off all heights, so that float32 resolves small differences.
    """

    def __init__(self, x: FloatArray, y: FloatArray, scene: SurfaceScene) -> None:
        self.lattice = DrawnLattice(x, y)
        self.base = float(scene.height.min())
        self._height = np.full(scene.height.shape, np.nan)
        self._sure = np.full(scene.height.shape, np.nan)
        self._measured: BoolArray | None = None
        self._trust: FloatArray | None = None
        self._data = np.zeros((*self.lattice.shape, 4), dtype=np.float32)
        self._lock = threading.Lock()
        self._version = 0
        self._row_version = np.zeros(len(self._data), dtype=np.int64)
        self.update(scene)

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version

    def update(self, scene: SurfaceScene) -> tuple[int, int]:
        """Take the scene's values; only what depends on changed rows is made anew.

        Returns
        -------
        first, end
            The drawn rows that changed; equal if none did.
        """
        changed = (scene.height != self._height).any(axis=1)
        if not self._sure_as_before(scene):
            sure = sureness(scene.measured, scene.trust)
            changed |= (sure != self._sure).any(axis=1)
            self._sure = sure
        rows = np.flatnonzero(changed)
        if not len(rows):
            return 0, 0
        first, end = int(rows[0]), int(rows[-1]) + 1
        start, layers = self.lattice.layers(scene.height, self._sure, self.base, (first, end))
        self._height[first:end] = scene.height[first:end]
        with self._lock:
            self._version += 1
            self._data[start : start + len(layers)] = layers
            self._row_version[start : start + len(layers)] = self._version
        return start, start + len(layers)

    def changes_since(self, version: int) -> tuple[int, int, npt.NDArray[np.float32]]:
        """The version now, the first row that changed since, and a copy of the rows from it on."""
        with self._lock:
            rows = np.flatnonzero(self._row_version > version)
            if not len(rows):
                return self._version, 0, self._data[:0]
            first, end = int(rows[0]), int(rows[-1]) + 1
            return self._version, first, self._data[first:end].copy()

    def layers_at(
        self, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float32]:
        """float32[len(rows), len(columns), 4]: a copy of what stands at some vertices."""
        with self._lock:
            return self._data[np.ix_(rows, columns)]

    def heights(self) -> npt.NDArray[np.float32]:
        """float32[M, N]: heights less the base at the vertices, to be read only."""
        return self._data[..., 0]

    def _sure_as_before(self, scene: SurfaceScene) -> bool:
        same = (
            self._measured is not None
            and np.array_equal(self._measured, scene.measured)
            and (
                self._trust is scene.trust
                or (
                    self._trust is not None
                    and scene.trust is not None
                    and np.array_equal(self._trust, scene.trust)
                )
            )
        )
        self._measured, self._trust = scene.measured.copy(), scene.trust
        return same
