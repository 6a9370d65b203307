"""How training moved, from inner products of the checkpoints alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrainingPath:
    """Checkpoints 1…k as seen from the start point.

    Attributes
    ----------
    length
        float64[k]: ‖δi‖.
    cosine
        float64[k]: cos(δi, δ1); NaN where δi is zero.
    random_walk
        float64[k]: what that would be for a walk of equal independent steps: √(i / T) after i of T.
    to_end
        float64[k]: ‖δi − δ1‖.
    """

    length: FloatArray
    cosine: FloatArray
    random_walk: FloatArray
    to_end: FloatArray


def training_path(gram: FloatArray, steps: FloatArray) -> TrainingPath:
    """Angles and distances of each checkpoint.

    Parameters
    ----------
    gram
        float64[k, k] of ⟨δi, δj⟩, the last being δ1.
    steps
        float64[k]: after how many steps of training each was taken.
    """
    length = np.sqrt(np.maximum(np.diag(gram), 0.0))
    with np.errstate(all="ignore"):
        cosine = gram[:, -1] / (length * length[-1])
        walk = np.sqrt(steps / steps[-1])
    return TrainingPath(
        length,
        np.where(length > 0, np.clip(cosine, -1, 1), np.nan),
        np.where(np.isfinite(walk), walk, np.nan),
        distances_from(gram, len(gram)),
    )


def distances_from(gram: FloatArray, index: int) -> FloatArray:
    """float64[k]: distance in weight space of checkpoints 1…k from checkpoint ``index``.

    ``index`` 0 is the start point, whose row the matrix does not have.
    """
    norms = np.diag(gram)
    if index == 0:
        return np.sqrt(np.maximum(norms, 0.0))
    squared = norms + norms[index - 1] - 2 * gram[:, index - 1]
    found = np.sqrt(np.maximum(squared, 0.0))
    found[index - 1] = 0.0
    return found
