"""NumPy arrays as Qt's paths and polygons, without a Python loop over their points."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QPainterPath, QPolygonF

from landscape_gui.ui.scene import FloatArray


def connected_path(points: FloatArray, connect: npt.NDArray[Any]) -> QPainterPath:
    """A path through points, float64[p, 2], joining each to the next where ``connect[k]``."""
    if len(points) == 0:
        return QPainterPath()
    # Not at the top: the window opens sooner without it.
    import pyqtgraph.functions as pg_functions

    # Its annotations take no arrays for ``connect``, its documentation does.
    to_path: Any = pg_functions.arrayToQPath
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    return to_path(x, y, connect.astype(np.int32))


def polygon(x: FloatArray, y: FloatArray) -> QPolygonF:
    """The points (x[k], y[k])."""
    if len(x) == 0:  # pyqtgraph 0.14.0 raises on empty arrays
        return QPolygonF()
    import pyqtgraph.functions as pg_functions

    return pg_functions.arrayToQPolygonF(x, y)


def rings(x: FloatArray, y: FloatArray, radius: float) -> QPainterPath:
    """A small circle around each point (x[k], y[k]), as one path."""
    corners = 12
    turn = np.linspace(0.0, 2.0 * np.pi, corners + 1)
    around = radius * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    points = np.stack([x, y], axis=-1)[:, None, :] + around
    connect = np.ones((len(x), corners + 1), dtype=np.int32)
    connect[:, -1] = 0
    return connected_path(points.reshape(-1, 2), connect.ravel())
