"""Parts of a surface that are measured finer: surfaces of their own that lie in its plane."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from landscape_gui.specs import SurfaceSpec, UserError
from landscape_gui.store.matching import same_plane, same_way
from landscape_gui.store.records import FloatArray, PlaneRecord, SurfaceRecord

# Lattice points that differ by less than this share of a step are one.
_SLACK = 1e-9


def whole_of(
    surfaces: Mapping[str, SurfaceRecord],
    spec: SurfaceSpec,
    axes: Mapping[str, FloatArray],
    plane: PlaneRecord,
    metrics: tuple[str, ...],
) -> SurfaceRecord:
    """The surface that a spec asks for a part of.

    Raises
    ------
    UserError
        If there is no such surface, or the part would not fit on it: another plane, other
        examples or metrics, beyond its range, or no finer than it is.
    """
    whole = surfaces.get(spec.part_of or "")
    if whole is None or whole.part_of:
        names = ", ".join(name for name, item in surfaces.items() if not item.part_of)
        raise UserError(
            f"The file holds no surface {spec.part_of} that could have a finer part.",
            f"Its surfaces are {names}." if names else "It holds no surface.",
        )
    if not same_plane(whole.plane, plane):
        raise UserError(
            f"The finer part would lie in another plane than {whole.name}.",
            "Measure it with the same run, second axis and layer group.",
        )
    if not same_way(whole.spec, spec) or set(whole.values) != set(metrics):
        raise UserError(
            f"{whole.name} was measured on other examples or in another way than asked for now.",
            "Measure the finer part with the same examples, task, base and precision.",
        )
    for name, points in axes.items():
        there = np.asarray(getattr(whole, name))
        step = float(np.diff(there).min(initial=np.inf))
        if points[0] < there[0] - _SLACK * step or points[-1] > there[-1] + _SLACK * step:
            raise UserError(
                f"The finer part leaves the range of {name} that {whole.name} has, "
                f"{there[0]:g} to {there[-1]:g}.",
                "Ask for a part inside it.",
            )
        if float(np.diff(points).max()) > step * (1 + _SLACK):
            raise UserError(
                f"The part is coarser along {name} than {whole.name} itself.",
                "Ask for more points or for a smaller part.",
            )
    return whole


def shared_points(
    whole: SurfaceRecord, alpha: FloatArray, beta: FloatArray
) -> list[tuple[int, int, dict[str, float], dict[str, float]]]:
    """Points of a part that its surface holds as measured.

    Parameters
    ----------
    alpha, beta
        float64[n] and float64[m] of the part.

    Returns
    -------
    list of (j, i, values, standard errors)
        Indices into the part.
    """
    columns, rows = _matches(alpha, whole.alpha), _matches(beta, whole.beta)
    found = []
    for j, row in rows:
        for i, column in columns:
            if whole.order[row, column] >= 0:
                values, errors = (
                    {name: float(array[row, column]) for name, array in arrays.items()}
                    for arrays in (whole.values, whole.standard_errors)
                )
                found.append((j, i, values, errors))
    return found


def _matches(points: FloatArray, there: FloatArray) -> list[tuple[int, int]]:
    """Pairs of an index into ``points`` and one into ``there`` that name the same place."""
    step = float(np.diff(points).min(initial=np.inf))
    near = np.abs(there[:, None] - points[None, :]).argmin(axis=0)
    return [(k, int(n)) for k, n in enumerate(near) if abs(there[n] - points[k]) <= _SLACK * step]
