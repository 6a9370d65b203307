"""Comma-separated values, one observation a row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator

import numpy as np

from landscape_gui.export.points import KIND_WORDS, Kind, known
from landscape_gui.export.trajectories import checkpoint_rows
from landscape_gui.specs import UserError
from landscape_gui.store.measuring_command import measuring_command
from landscape_gui.store.records import CurveRecord, LandscapeRecord, SurfaceRecord

Row = tuple[str | float | int, ...]

POINT_COLUMNS = (
    "kind", "name", "point", "alpha", "beta", "metric",
    "value", "standard_error", "how", "bound",
)  # fmt: skip
"""``point`` is ``lattice``, or the name of a point measured besides: start, end, rolled_back."""
ROLLBACK_COLUMNS = ("rolled_back", "metric", "value", "standard_error", "change", "change_error")
HISTORY_COLUMNS = ("step", "epoch", "metric", "value")
TRAJECTORY_COLUMNS = (
    "name", "checkpoint", "epoch", "projection", "alpha", "beta", "off_plane", "metric", "value",
)  # fmt: skip


def points_csv(record: LandscapeRecord, surface: str = "") -> str:
    """Every metric at every point of all surfaces and curves, or of one surface.

    A number that was measured and is not finite reads ``nan`` or ``inf``; an empty cell is a number
    that there is not.
    """
    targets: list[tuple[str, SurfaceRecord | CurveRecord]] = [
        ("surface", item) for item in record.surfaces.values() if surface in ("", item.name)
    ]
    if not surface:
        targets += [("curve", item) for item in record.curves.values()]
    if not targets:
        missing = f"no surface {surface}" if surface else "neither a surface nor a curve"
        raise UserError(
            f"{record.path} holds {missing}.",
            f"Its surfaces are {', '.join(record.surfaces)}." if record.surfaces else "",
        )
    rows = (row for kind, target in targets for row in _point_rows(kind, target))
    return _written(POINT_COLUMNS, rows)


def rollback_csv(record: LandscapeRecord) -> str:
    """Every metric of every measured combination of rolled-back groups."""
    table = record.rollback
    if table is None:
        raise UserError(
            f"{record.path} holds no rollback.",
            f"Measure it: {measuring_command(record, 'rollback')}",
        )

    def rows() -> Iterator[Row]:
        for mask in np.flatnonzero(table.measured).tolist():
            names = [name for bit, name in enumerate(table.groups) if mask >> bit & 1]
            for metric, values in table.values.items():
                change, error = math.nan, math.nan
                if mask and table.measured[0]:
                    change = float(values[mask] - values[0])
                    paired = table.change_errors.get(metric)
                    error = math.nan if paired is None else float(paired[mask])
                yield (
                    "+".join(names), metric, float(values[mask]),
                    _some(float(table.standard_errors[metric][mask])),
                    _some(change), _some(error),
                )  # fmt: skip

    return _written(ROLLBACK_COLUMNS, rows())


def history_csv(record: LandscapeRecord) -> str:
    """Training history; what was not taken at a step has no row."""
    history = record.run.history

    def rows() -> Iterator[Row]:
        for metric in ("train_loss", "dev_loss", "dev_error"):
            values = getattr(history, metric)
            for step, epoch, value in zip(history.step, history.epoch, values, strict=True):
                if not math.isnan(value):
                    yield int(step), float(epoch), metric, float(value)

    return _written(HISTORY_COLUMNS, rows())


def trajectory_csv(record: LandscapeRecord, surface: str = "") -> str:
    """Where the checkpoints lie in the planes of the surfaces, and their own metrics."""

    def rows() -> Iterator[Row]:
        for item in record.surfaces.values():
            if surface in ("", item.name):
                for row in checkpoint_rows(record, item):
                    yield item.name, *(_some(v) if isinstance(v, float) else v for v in row)

    return _written(TRAJECTORY_COLUMNS, rows())


def _point_rows(kind: str, target: SurfaceRecord | CurveRecord) -> Iterator[Row]:
    beta = target.beta if isinstance(target, SurfaceRecord) else np.zeros(1)
    for metric in target.values:
        for anchor in target.anchors:
            if metric in anchor.values:
                error = anchor.standard_errors.get(metric, math.nan)
                yield (
                    kind, target.name, anchor.name, anchor.alpha, anchor.beta, metric,
                    anchor.values[metric], _some(error), "measured", 0.0,
                )  # fmt: skip
        found = known(target, metric)
        shape = (len(beta), len(target.alpha))
        values, errors = found.values.reshape(shape), found.errors.reshape(shape)
        bounds, kinds = found.bounds.reshape(shape), found.kinds.reshape(shape)
        for j, i in np.ndindex(shape):
            how = Kind(kinds[j, i])
            value = float(values[j, i])
            yield (
                kind, target.name, "lattice", float(target.alpha[i]), float(beta[j]), metric,
                "" if how == Kind.MISSING else value, _some(float(errors[j, i])),
                KIND_WORDS[how], _some(float(bounds[j, i])),
            )  # fmt: skip


def _some(value: float) -> float | str:
    return "" if math.isnan(value) else value


def _written(columns: tuple[str, ...], rows: Iterator[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _harmless(text: str) -> str:
    """Quote names, which may be of unknown origin, that a spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
