"""A thin plate spline by its plain formula, to compare faster ones with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def spline(places: FloatArray, values: FloatArray, at: FloatArray) -> FloatArray:
    """The spline through values [n, k] at places [n, 2], at other places (Wahba 1990, § 2.4)."""

    def kernel(a: FloatArray, b: FloatArray) -> FloatArray:
        squared = ((a[:, None] - b[None]) ** 2).sum(axis=2)
        return squared * np.log(np.where(squared > 0, squared, 1.0))

    def plane(a: FloatArray) -> FloatArray:
        return np.column_stack((np.ones(len(a)), a))

    system = np.block(
        [[kernel(places, places), plane(places)], [plane(places).T, np.zeros((3, 3))]]
    )
    weights = np.linalg.solve(system, np.vstack((values, np.zeros((3, values.shape[1])))))
    return np.hstack((kernel(at, places), plane(at))) @ weights
