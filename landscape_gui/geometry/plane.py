"""The axes of a plane from inner products: rescaling, cosine, and a PCA axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def cosine(first_squared: float, second_squared: float, inner: float) -> float:
    """Cos of the angle between two directions from ‖a‖², ‖b‖² and ⟨a, b⟩; NaN if one is zero."""
    if first_squared <= 0 or second_squared <= 0:
        return float("nan")
    return float(np.clip(inner / np.sqrt(first_squared) / np.sqrt(second_squared), -1.0, 1.0))


def pca_axis_weights(gram: FloatArray) -> FloatArray:
    """Weights w such that Σ wᵢ δi is the trajectory's leading component orthogonal to δ1.

    With axis 1 fixed to δ1, the second axis that shows most of the training path is the leading
    principal component of what is left of the checkpoints after their part along δ1 is removed
    (Li et al. 2018, §7, in the complement of δ1).

    Parameters
    ----------
    gram
        float64[k, k] of ⟨δi, δj⟩; the last row is δ1.

    Returns
    -------
    float64[k]
        Scaled such that ‖Σ wᵢ δi‖ = ‖δ1‖, and signed such that the checkpoint farthest off δ1's
        line has a positive coordinate.

    Raises
    ------
    ValueError
        If the checkpoints lie on the line along δ1: there is no second axis.
    """
    gram = np.asarray(gram, dtype=np.float64)
    count = gram.shape[0]
    length = gram[-1, -1]
    # Rᵢ = δi − aᵢ δ1, as weights on the checkpoints.
    residual = np.eye(count)
    residual[:, -1] -= gram[:, -1] / length
    residual[-1] = 0.0
    left = residual @ gram @ residual.T
    left = (left + left.T) / 2
    # The start point is a checkpoint too; its residual is zero.
    full = np.zeros((count + 1, count + 1))
    full[1:, 1:] = left
    centering = np.eye(count + 1) - 1.0 / (count + 1)
    values, vectors = np.linalg.eigh(centering @ full @ centering)
    if not values[-1] > 1e-10 * length:
        raise ValueError("all checkpoints lie on the line from start to end")
    weights = (centering @ vectors[:, -1])[1:] @ residual
    weights = weights * np.sqrt(length / (weights @ gram @ weights))
    coordinates = gram @ weights
    return weights * (np.sign(coordinates[np.abs(coordinates).argmax()]) or 1.0)
