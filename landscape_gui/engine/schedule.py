"""Which point is measured next: coarse to fine, and inside a level from the end point outwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.lattice import levels

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def pending_levels(
    alpha: FloatArray, beta: FloatArray, measured: npt.NDArray[np.bool_], focus: tuple[float, float]
) -> Sequence[IntArray]:
    """What is still to be measured, per dyadic level.

    Parameters
    ----------
    alpha, beta
        float64[n], float64[m].
    measured
        bool[m, n].
    focus
        (α, β) from which each level grows outwards; ties go by β, then α, so that the order is
        the same on every machine.

    Returns
    -------
    sequence of int64[k, 2]
        (j, i) pairs; an empty array for a level that is complete.
    """
    found: list[IntArray] = []
    for level in levels(len(beta), len(alpha)):
        left = level[~measured[level[:, 0], level[:, 1]]]
        distance = (alpha[left[:, 1]] - focus[0]) ** 2 + (beta[left[:, 0]] - focus[1]) ** 2
        found.append(left[np.lexsort((left[:, 1], left[:, 0], distance.round(9)))])
    return found
