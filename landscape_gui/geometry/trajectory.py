"""Where checkpoints lie in a plane, from inner products alone.

Every projection needs only ⟨δi, δj⟩ and ⟨δi, axis 2⟩ (float64), so a file that keeps those can
draw any of them without the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ProjectionKind: TypeAlias = Literal["deviation", "plane", "pca"]
Origin: TypeAlias = Literal["theta0", "theta1"]


@dataclass(frozen=True, eq=False)
class Projection:
    """Coordinates of checkpoints 0…k, in units of ‖δ1‖ (PCA: too).

    Attributes
    ----------
    alpha, beta
        float64[k + 1]; the start point first.
    off_plane
        float64[k + 1]: ‖δi − its projection‖ / ‖δi‖ in [0, 1]; 0 for the start point. For
        *deviation* the distance from the plane spanned by δ1 and δi itself is zero by
        construction, so it is given for the plane that is drawn, as for *plane*.
    explained
        Shares of the checkpoints' variance along the two principal axes; None unless PCA.
    """

    alpha: FloatArray
    beta: FloatArray
    off_plane: FloatArray
    explained: tuple[float, float] | None = None


def project(
    gram: FloatArray, kind: ProjectionKind, *, has_axis2: bool, origin: Origin = "theta0"
) -> Projection:
    """Project the checkpoints.

    Parameters
    ----------
    gram
        float64[k, k] of ⟨δi, δj⟩ for checkpoints 1…k, the last being δ1 of the plane; with
        ``has_axis2`` float64[k + 1, k + 1], axis 2 as drawn in the last row and column.
    kind
        ``deviation``: Hao et al. 2019, Eq. 3–5. ``plane``: least squares on the two axes, which
        need not be orthogonal. ``pca``: the two leading principal components of the checkpoints
        (Li et al. 2018, §7), turned so that the end point lies at positive first coordinate.
    has_axis2
        Whether ``gram`` has a row for axis 2; without one, *plane* projects on the line.
    origin
        ``theta1`` shifts α by −1: layer-group planes have the fine-tuned model at the origin.

    Raises
    ------
    ValueError
        If the matrix has the wrong shape, or training did not move the parameters.
    """
    gram = np.asarray(gram, dtype=np.float64)
    count = gram.shape[0] - (1 if has_axis2 else 0)
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1] or count < 1:
        raise ValueError(f"inner products must form a square matrix, got shape {gram.shape}")
    end = count - 1
    length = gram[end, end]
    if not length > 0:
        raise ValueError("the end point equals the start point: there is no direction δ1")
    norms = np.diag(gram)[:count]

    if kind == "pca":
        return _principal(gram[:count, :count])

    axes = [end, count] if has_axis2 else [end]
    coordinates = _least_squares(gram, axes, count)
    off = _relative_distance(gram, axes, coordinates, norms)
    if kind == "plane":
        alpha = coordinates[:, 0]
        beta = coordinates[:, 1] if has_axis2 else np.zeros(count)
    else:
        alpha = gram[:count, end] / length
        beta = np.sqrt(np.maximum(norms / length - alpha**2, 0.0))
    # δ1 lies on its own axis; rounding must not move the end point off (1, 0).
    alpha[end], beta[end], off[end] = 1.0, 0.0, 0.0
    shift = 1.0 if origin == "theta1" else 0.0
    return Projection(
        alpha=np.concatenate(([0.0], alpha)) - shift,
        beta=np.concatenate(([0.0], beta)),
        off_plane=np.concatenate(([0.0], off)),
    )


def _least_squares(gram: FloatArray, axes: list[int], count: int) -> FloatArray:
    """Coordinates[count, len(axes)] of each δi's nearest point in the span of the axes."""
    normal = gram[np.ix_(axes, axes)]
    # Scaled to unit diagonal, else a short axis looks like a dependent one to the pseudo-inverse.
    scale = np.sqrt(np.diag(normal))
    scale = np.where(scale > 0, scale, 1.0)
    inverse = np.linalg.pinv(normal / np.outer(scale, scale), rcond=1e-12, hermitian=True)
    return (gram[:count][:, axes] / scale) @ inverse / scale


def _relative_distance(
    gram: FloatArray, axes: list[int], coordinates: FloatArray, norms: FloatArray
) -> FloatArray:
    inside = np.einsum("ki,ij,kj->k", coordinates, gram[np.ix_(axes, axes)], coordinates)
    share = np.divide(inside, norms, out=np.ones_like(norms), where=norms > 0)
    return np.sqrt(np.clip(1.0 - share, 0.0, 1.0))


def _principal(gram: FloatArray) -> Projection:
    count = gram.shape[0]
    # The start point is a checkpoint too: δ = 0, so its row and column are zero.
    full = np.zeros((count + 1, count + 1))
    full[1:, 1:] = gram
    centering = np.eye(count + 1) - 1.0 / (count + 1)
    values, vectors = np.linalg.eigh(centering @ full @ centering)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    scores = vectors * np.sqrt(values)
    if scores.shape[1] < 2:
        scores = np.column_stack((scores, np.zeros(count + 1)))
        values = np.append(values, 0.0)
    total = values.sum()
    first, second = scores[:, 0], scores[:, 1]
    first = first * (np.sign(first[-1] - first[0]) or 1.0)
    second = second * (np.sign(second[np.abs(second).argmax()]) or 1.0)
    spread = np.sqrt(np.maximum(np.diag(centering @ full @ centering), 0.0))
    inside = np.hypot(first, second)
    share = np.divide(inside, spread, out=np.ones_like(spread), where=spread > 0)
    unit = np.sqrt(gram[-1, -1])
    return Projection(
        alpha=first / unit,
        beta=second / unit,
        off_plane=np.sqrt(np.clip(1.0 - share**2, 0.0, 1.0)),
        explained=(float(values[0] / total), float(values[1] / total)),
    )
