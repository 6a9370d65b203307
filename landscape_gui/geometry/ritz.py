"""What Lanczos' coefficients and Hutchinson's samples say of a matrix."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ritz:
    """An eigenvalue as far as Lanczos' iteration has come.

    Some eigenvalue of the matrix is within ``residual`` of ``value``.
    """

    value: float
    residual: float


def extreme_eigenvalues(diagonal: FloatArray, off_diagonal: FloatArray) -> tuple[Ritz, Ritz]:
    """Smallest and largest eigenvalue of the tridiagonal matrix after k steps.

    Parameters
    ----------
    diagonal
        float64[k].
    off_diagonal
        float64[k]: below the diagonal, and as the last one the norm of the next vector, which
        together with an eigenvector's last component bounds the error (Parlett 1998, §13.2).

    Raises
    ------
    ValueError
        If there is not a step, or a number is not finite.
    """
    steps = len(diagonal)
    finite = np.isfinite(diagonal).all() and np.isfinite(off_diagonal).all()
    if not steps or len(off_diagonal) != steps or not finite:
        raise ValueError("no finite coefficients of Lanczos' iteration")
    matrix = np.diag(diagonal)
    if steps > 1:
        matrix += np.diag(off_diagonal[:-1], 1) + np.diag(off_diagonal[:-1], -1)
    values, vectors = np.linalg.eigh(matrix)
    residuals = np.abs(off_diagonal[-1] * vectors[-1])
    return (
        Ritz(float(values[0]), float(residuals[0])),
        Ritz(float(values[-1]), float(residuals[-1])),
    )


def mean_and_error(samples: FloatArray) -> tuple[float, float]:
    """Mean of samples and its standard error; NaN for the latter where there are fewer than two."""
    kept = samples[np.isfinite(samples)]
    if not len(kept):
        return math.nan, math.nan
    error = float(kept.std(ddof=1)) / math.sqrt(len(kept)) if len(kept) > 1 else math.nan
    return float(kept.mean()), error
