"""A surface, or the checkpoints' path over it, for ParaView and other programs that read VTK."""

from __future__ import annotations

import json

import numpy as np

from landscape_gui.export.points import FloatArray, heights, known, require_metric
from landscape_gui.export.trajectories import heights_under, projection
from landscape_gui.export.vtk_xml import Array, polydata, structured_grid
from landscape_gui.geometry.trajectory import ProjectionKind
from landscape_gui.specs import UserError
from landscape_gui.store.places import model_name, without_places
from landscape_gui.store.records import LandscapeRecord, SurfaceRecord


def surface_grid(record: LandscapeRecord, surface: SurfaceRecord, metric: str) -> bytes:
    """The surface as a ``.vts``: x is α, y is β, z the metric.

    Every metric is point data, with its standard errors, bounds and kinds as ``arrays`` names
    them. z is finite everywhere: what is missing is filled in there, for the picture only.
    """
    points, shape = _points(record, surface, metric)
    return structured_grid(points, shape, _point_data(surface), _facts(record, surface), metric)


def surface_mesh(record: LandscapeRecord, surface: SurfaceRecord, metric: str) -> bytes:
    """The surface as quadrilaterals in a ``.vtp``; otherwise as ``surface_grid``."""
    points, (rows, columns) = _points(record, surface, metric)
    index = np.arange(rows * columns, dtype=np.int64).reshape(rows, columns)
    corners = (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1])
    cells = np.stack([corner.reshape(-1) for corner in corners], axis=1)
    data = _point_data(surface)
    return polydata(points, data, _facts(record, surface), metric, polygons=cells)


def trajectory_line(
    record: LandscapeRecord, surface: SurfaceRecord, metric: str, kind: ProjectionKind = "plane"
) -> bytes:
    """The checkpoints as one line in a ``.vtp``, at their own values of the metric.

    A checkpoint lies off the plane, so its own value is not that of the surface under it; where it
    was not measured, the surface's stands in (0 beyond its edge).
    """
    require_metric(surface, metric, record)
    found = projection(surface, kind)
    if found is None:
        raise UserError(
            f"{record.path} does not say where the checkpoints lie in {surface.name}.",
            "Export the surface itself.",
        )
    own = surface.checkpoint_values.get(metric, np.full(len(found.alpha), np.nan))
    own = own[: len(found.alpha)]
    seen = known(surface, metric)
    under = heights_under(surface, heights(seen.values, seen.kinds), found.alpha, found.beta)
    height = np.nan_to_num(np.where(np.isfinite(own), own, under))
    data: dict[str, Array] = {
        metric: own,
        "off_plane": found.off_plane,
        "checkpoint": np.arange(len(own), dtype=np.int64),
    }
    points = np.stack([found.alpha, found.beta, height], axis=1)
    facts = _facts(record, surface) | {"projection": kind}
    return polydata(points, data, facts, metric, lines=[range(len(points))])


def _points(
    record: LandscapeRecord, surface: SurfaceRecord, metric: str
) -> tuple[FloatArray, tuple[int, int]]:
    require_metric(surface, metric, record)
    found = known(surface, metric)
    height = heights(found.values, found.kinds)
    beta, alpha = np.meshgrid(surface.beta, surface.alpha, indexing="ij")
    points = np.stack([alpha.reshape(-1), beta.reshape(-1), height.reshape(-1)], axis=1)
    return points, (len(surface.beta), len(surface.alpha))


def _point_data(surface: SurfaceRecord) -> dict[str, Array]:
    data: dict[str, Array] = {}
    for metric in surface.values:
        found = known(surface, metric)
        data[metric] = found.values.reshape(-1)
        data[f"{metric}_errors"] = found.errors.reshape(-1)
        data[f"{metric}_bound"] = found.bounds.reshape(-1)
        data[f"{metric}_kind"] = found.kinds.reshape(-1)
    return data


def _facts(record: LandscapeRecord, surface: SurfaceRecord) -> dict[str, str]:
    run = record.run
    facts = {
        "name": run.name,
        "model": model_name(run.model),
        "task": run.task,
        "init": run.init,
    }
    spec = without_places(surface.spec)
    return {
        "run": json.dumps(facts, ensure_ascii=False),
        "surface": surface.name,
        "kinds": "3 measured, 2 measured on some examples, 1 estimated, 0 missing",
        "axes": f"x alpha, y beta ({surface.plane.axis2_label}), in units of |delta1|",
        "spec": json.dumps(spec, ensure_ascii=False, sort_keys=True, default=str),
    }
