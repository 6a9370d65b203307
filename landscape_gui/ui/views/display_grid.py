"""The surface between its points, as it is drawn: a finer lattice that goes through all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.estimate import interpolated
from landscape_gui.ui.scene import FloatArray, SurfaceScene

# About as many points along an axis as a picture needs; even, so that half a cell is a whole step.
_ENOUGH = 200
_FACTORS = (8, 6, 4, 2)


@dataclass(frozen=True, eq=False)
class DisplayGrid:
    """A finer lattice.

    Attributes
    ----------
    alpha, beta
        float64[q] and float64[p], evenly spaced where the scene's are.
    height
        float64[p, q].
    columns, rows
        float64[q] and float64[p]: where each of them is among the scene's points, in broken
        indices; the outermost point's beyond it.
    """

    alpha: FloatArray
    beta: FloatArray
    height: FloatArray
    columns: FloatArray
    rows: FloatArray


def display_grid(scene: SurfaceScene, *, beyond: bool) -> DisplayGrid | None:
    """The scene on a finer lattice; None where its own is fine enough, or has holes.

    Parameters
    ----------
    beyond
        Whether it goes on for half a cell beyond the outermost points, as their cells do.
    """
    rows, columns = scene.height.shape
    largest = max(rows, columns)
    factor = next((f for f in _FACTORS if f * largest <= _ENOUGH), 2)
    if min(rows, columns) < 2 or largest > _ENOUGH or not np.isfinite(scene.height).all():
        return None
    if not (_is_even(scene.alpha) and _is_even(scene.beta)):
        return None
    old_rows, new_rows = _places(rows, factor, beyond)
    old_columns, new_columns = _places(columns, factor, beyond)
    height = interpolated(scene.height, old_rows, new_rows, axis=0)
    height = interpolated(height, old_columns, new_columns, axis=1)
    # Cubics overshoot beside walls: what was never seen is not drawn.
    height = np.clip(height, scene.height.min(), scene.height.max())
    return DisplayGrid(
        alpha=interpolated(scene.alpha, old_columns, new_columns, axis=0),
        beta=interpolated(scene.beta, old_rows, new_rows, axis=0),
        height=height,
        columns=np.clip(new_columns / factor, 0, columns - 1),
        rows=np.clip(new_rows / factor, 0, rows - 1),
    )


def _is_even(values: FloatArray) -> bool:
    gaps = np.diff(values)
    return bool(np.allclose(gaps, gaps[0], rtol=1e-6, atol=0))


def _places(
    count: int, factor: int, beyond: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    more = factor // 2 if beyond else 0
    old = np.arange(count, dtype=np.int64) * factor
    return old, np.arange(-more, old[-1] + more + 1, dtype=np.int64)
