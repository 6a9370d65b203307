"""How far the picture was off: each level of the lattice judges the one before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.estimate import fill
from landscape_gui.geometry.thin_plate import ThinPlate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def level_error(values: FloatArray, levels: Sequence[IntArray], number: int) -> float | None:
    """95th percentile of what the picture before a level was off by at the level's points.

    The picture after it is better; how much is told by the next level. The coarsest level has
    none before it: there, each of its points is predicted from its other points.

    Parameters
    ----------
    values
        float64[m, n], measured at least at the points of levels 0 … ``number``.
    levels
        As ``geometry.lattice.levels`` gives them.

    Returns
    -------
    Share of the range of what is measured; ``None`` where nothing can be said (a single row's
    coarsest level, nothing finite, a constant).
    """
    until = np.zeros(values.shape, dtype=bool)
    for level in levels[: number + 1]:
        until[level[:, 0], level[:, 1]] = True
    finite = until & np.isfinite(values)
    spread = float(np.ptp(values[finite])) if finite.any() else 0.0
    if not spread > 0:
        return None
    if number == 0:
        places = np.argwhere(finite).astype(np.float64)
        if len(places) < 6 or np.linalg.matrix_rank(places - places.mean(axis=0)) < 2:
            return None
        off = ThinPlate(places / places.max(axis=0)).left_out(values[finite])
    else:
        here = levels[number]
        before = until.copy()
        before[here[:, 0], here[:, 1]] = False
        predicted = fill(values, before)
        here = here[np.isfinite(values[here[:, 0], here[:, 1]])]
        off = (values - predicted)[here[:, 0], here[:, 1]]
        if not len(off):
            return None
    return float(np.quantile(np.abs(off), 0.95)) / spread
