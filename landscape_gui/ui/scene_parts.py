"""A surface with parts of it measured finer: one picture, one read-out, one mesh. No Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from landscape_gui.geometry.estimate import fill
from landscape_gui.ui.scene import BoolArray, FloatArray, Limits, SurfaceScene

# No finer lattice than this is composed for a mesh; the contour map draws parts by themselves.
_MOST_POINTS = 401
_SAME = 1e-9
_SAMPLES = 200


def height_of_part(
    values: FloatArray, measured: BoolArray, part: SurfaceScene, under: SurfaceScene
) -> FloatArray:
    """What a part shows: measured values, and between them the surface under it, bent to fit.

    Parameters
    ----------
    values, measured
        float64[m, n] and bool[m, n] of the part.
    under
        The surface, with the parts that lie under this one.
    """
    below = height_at(under, part.alpha, part.beta)
    known = measured & np.isfinite(values)
    return below + fill(np.where(known, values - below, 0.0), known)


def height_at(scene: SurfaceScene, alpha: FloatArray, beta: FloatArray) -> FloatArray:
    """Heights over a lattice, linear between the points of the finest that lies there.

    Parameters
    ----------
    alpha, beta
        float64[n] and float64[m], ascending, inside the scene's range.

    Returns
    -------
    float64[m, n]
    """
    found = _bilinear(scene, alpha, beta)
    for part in scene.parts:
        rows, columns = _inside(part.beta, beta), _inside(part.alpha, alpha)
        if rows.any() and columns.any():
            found[np.ix_(rows, columns)] = _bilinear(part, alpha[columns], beta[rows])
    return found


def finest_at(
    scene: SurfaceScene, alpha: float, beta: float
) -> tuple[SurfaceScene, int, int] | None:
    """The scene or the part of it to be read out at a position, with the nearest point (j, i).

    A part counts where its nearest point is more than filled in. None outside the surface, which
    ends half a cell beyond its outermost points.
    """
    for part in reversed(scene.parts):
        if _within(part.alpha, alpha) and _within(part.beta, beta):
            j, i = (
                int(np.abs(axis - at).argmin())
                for axis, at in ((part.beta, beta), (part.alpha, alpha))
            )
            if part.kind(j, i) != "filled":
                return part, j, i
    if not (_within(scene.alpha, alpha, 0.5) and _within(scene.beta, beta, 0.5)):
        return None
    j, i = (
        int(np.abs(axis - at).argmin()) for axis, at in ((scene.beta, beta), (scene.alpha, alpha))
    )
    return scene, j, i


def seen_limits(
    scene: SurfaceScene, alpha: tuple[float, float], beta: tuple[float, float]
) -> Limits | None:
    """Smallest and largest height in a window; None where that is no range.

    Parameters
    ----------
    alpha, beta
        Ends of the window, low before high.
    """
    x, y = (
        np.linspace(max(low, axis[0]), min(high, axis[-1]), _SAMPLES)
        for (low, high), axis in ((alpha, scene.alpha), (beta, scene.beta))
    )
    if x[0] > x[-1] or y[0] > y[-1]:
        return None
    height = height_at(scene, x, y)
    low, high = float(height.min()), float(height.max())
    return Limits(low, high) if np.isfinite([low, high]).all() and low < high else None


def composed(scene: SurfaceScene) -> SurfaceScene:
    """One surface over the lines of all lattices, for a mesh, which knows but one lattice.

    Where only the coarse surface is known, heights lie on it. Parts that would make the lattice
    too fine are left out, the finest first.
    """
    parts = list(scene.parts)
    alpha, beta = _lines(scene, parts)
    while parts and max(len(alpha), len(beta)) > _MOST_POINTS:
        parts.pop()
        alpha, beta = _lines(scene, parts)
    if not parts:
        return replace(scene, parts=()) if scene.parts else scene
    some = replace(scene, parts=tuple(parts))
    columns, rows = (
        _nearest(own, axis) for own, axis in ((scene.alpha, alpha), (scene.beta, beta))
    )
    near = np.ix_(rows, columns)
    measured = scene.measured[near]
    not_finite = _not_finite(scene)[near]
    trust = None if scene.trust is None else scene.trust[near]
    for part in parts:
        over = np.ix_(_inside(part.beta, beta), _inside(part.alpha, alpha))
        points = np.ix_(
            _nearest(part.beta, beta[over[0].ravel()]), _nearest(part.alpha, alpha[over[1].ravel()])
        )
        measured[over] = part.measured[points]
        not_finite[over] = _not_finite(part)[points]
        if trust is not None:
            known = np.where(part.measured[points], 1.0, trust[over])
            trust[over] = np.where(not_finite[over], 0.0, known)
    return SurfaceScene(
        alpha=alpha,
        beta=beta,
        height=height_at(some, alpha, beta),
        measured=measured,
        titles=scene.titles,
        trust=trust,
        bound=None if scene.bound is None else np.where(measured, 0.0, scene.bound[near]),
        scale=scene.scale,
        not_finite=not_finite if not_finite.any() else None,
    )


def _not_finite(scene: SurfaceScene) -> BoolArray:
    found = scene.not_finite
    return np.zeros(scene.height.shape, dtype=np.bool_) if found is None else found


def _lines(scene: SurfaceScene, parts: list[SurfaceScene]) -> tuple[FloatArray, FloatArray]:
    every = [scene, *parts]
    return _joined([item.alpha for item in every]), _joined([item.beta for item in every])


def _bilinear(scene: SurfaceScene, alpha: FloatArray, beta: FloatArray) -> FloatArray:
    columns, share = _cells(scene.alpha, alpha)
    along = scene.height[:, columns] * (1 - share) + scene.height[:, columns + 1] * share
    rows, share = _cells(scene.beta, beta)
    return along[rows] * (1 - share[:, None]) + along[rows + 1] * share[:, None]


def _cells(axis: FloatArray, at: FloatArray) -> tuple[np.ndarray, FloatArray]:
    cell = np.clip(np.searchsorted(axis, at, side="right") - 1, 0, len(axis) - 2)
    share = (at - axis[cell]) / (axis[cell + 1] - axis[cell])
    return cell, np.clip(share, 0.0, 1.0)


def _step(axis: FloatArray) -> float:
    return float(np.diff(axis).min(initial=np.inf))


def _within(axis: FloatArray, at: float, cells: float = 0.0) -> bool:
    slack = (cells + _SAME) * _step(axis)
    return bool(axis[0] - slack <= at <= axis[-1] + slack)


def _inside(axis: FloatArray, at: FloatArray) -> BoolArray:
    slack = _SAME * _step(axis)
    return (at >= axis[0] - slack) & (at <= axis[-1] + slack)


def _nearest(axis: FloatArray, at: FloatArray) -> np.ndarray:
    return np.abs(axis[:, None] - at[None, :]).argmin(axis=0)


def _joined(axes: list[FloatArray]) -> FloatArray:
    """All points of some axes, ascending; those that differ by rounding only are one."""
    every = np.unique(np.concatenate(axes))
    step = min(_step(axis) for axis in axes)
    return every[np.concatenate(([True], np.diff(every) > 1e-6 * step))]
