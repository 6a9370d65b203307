"""Landscape files with a surface, a curve and a rollback, written as a job writes them."""

import dataclasses
from pathlib import Path

from support.landscapes import (
    GROUPS,
    errors_of,
    make_plane,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)
from support.landscapes import curve_spec as make_curve_spec

from landscape_gui.geometry.lattice import axis_points, levels
from landscape_gui.specs import RollbackSpec
from landscape_gui.store.landscape_file import LandscapeWriter


def write_landscape(
    path: Path,
    *,
    init="pretrained",
    task="mrpc",
    group=None,
    done_levels=9,
    change=None,
    points=17,
) -> Path:
    """Write 17 × 17 points; ``change`` gives other values than the usual ones."""
    path.unlink(missing_ok=True)
    run = dataclasses.replace(make_run(path.name.partition(".")[0], init), task=task)
    plane = make_plane("theta1" if group else "theta0", "sst2" if group else "random 0")
    axis = axis_points(-4, 4, points)
    width = 0.7 if init == "scratch" else 1.5
    shift = 1 if group else 0
    with LandscapeWriter.open(path, run, GROUPS) as writer:
        surface = open_surface(writer, surface_spec(points, group=group), plane=plane)
        for level in levels(points, points)[:done_levels]:
            for j, i in level:
                values = metrics_at(axis[i] + shift, axis[j], width)
                if change is not None:
                    values = change(axis[i], axis[j], values)
                surface.write_point(j, i, values, errors_of(values))
        places = {"rolled_back": -1, "end": 0} if group else {"start": 0, "end": 1}
        for anchor, alpha in places.items():
            surface.write_anchor(anchor, alpha, 0, metrics_at(alpha + shift, 0, width), {})
        curve = open_curve(writer, make_curve_spec(points))
        for i in range(points if done_levels > 1 else 5):
            values = metrics_at(axis[i], 0, width)
            if change is not None:
                values = change(axis[i], 0.0, values)
            curve.write_point(0, i, values, errors_of(values))
        groups = list(GROUPS.values())
        rollback = writer.rollback(RollbackSpec(run=path), groups, ("dev_loss", "dev_error"))
        for mask in (0, 1, 2, 4, 7):
            rollback.write(mask, {"dev_error": 0.1 + 0.06 * mask}, {"dev_error": 0.01})
    return path
