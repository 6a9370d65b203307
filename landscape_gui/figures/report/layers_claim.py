"""Claim 5 of the paper: which layers matter, by rolling them back and by their own basins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.report.basin_claim import METRIC, Tolerated, WidthAlong, width_along
from landscape_gui.figures.report.known import filter_ratios, known_line
from landscape_gui.store.records import LandscapeRecord, RollbackRecord


@dataclass(frozen=True)
class RollbackRow:
    """Development accuracy of one combination, in percent; changes in points of percent.

    Attributes
    ----------
    interval
        95 % of the change; NaN where nothing says it.
    how
        ``bootstrap`` over the examples, ``paired`` standard error ± 1.96, or ``independent``:
        from the two standard errors as if of other examples, which is too wide.
    loss_change
        Of the development loss.
    """

    groups: tuple[str, ...]
    accuracy: float
    standard_error: float
    change: float
    interval: tuple[float, float]
    how: str
    loss_change: float


@dataclass(frozen=True)
class GroupRow:
    """A layer group: its share of ‖δ1‖² and the widths of its own basin, one for each ε."""

    name: str
    layers: str
    share: float
    norm: float
    widths: tuple[WidthAlong | None, ...]


@dataclass(frozen=True)
class LayersClaim:
    """Rollback and widths of one file; ``rises`` are the ε of the widths."""

    rollback: tuple[RollbackRow, ...]
    groups: tuple[GroupRow, ...]
    rises: tuple[float, ...]

    @property
    def all_bootstrapped(self) -> bool:
        """Whether every change has its interval from the single examples."""
        return all(row.how == "bootstrap" for row in self.rollback if row.groups)


def layers_claim(record: LandscapeRecord, tolerated: Tolerated, drop: float) -> LayersClaim:
    """What the file says of layer groups; ``drop`` is loss(θ0) − loss(θ1) of the whole."""
    rises = [tolerated.absolute]
    if math.isfinite(drop) and drop > 0:
        rises.insert(0, tolerated.share * drop)
    rollback = record.rollback
    rows = _rollback(rollback) if rollback is not None and "dev_error" in rollback.values else ()
    groups = tuple(_group(record, name, tuple(rises)) for name in record.layer_groups)
    return LayersClaim(rows, groups, tuple(rises))


def _rollback(table: RollbackRecord) -> tuple[RollbackRow, ...]:
    error = table.values["dev_error"]
    masks = [int(m) for m in np.flatnonzero(table.measured & np.isfinite(error))]
    masks.sort(key=lambda mask: (mask.bit_count(), mask))
    return tuple(_rollback_row(table, mask) for mask in masks)


def _rollback_row(table: RollbackRecord, mask: int) -> RollbackRow:
    error, spread = table.values["dev_error"], table.standard_errors["dev_error"]
    known = bool(table.measured[0]) and math.isfinite(error[0])
    change = 100 * (error[0] - error[mask]) if known else math.nan
    interval, how = _interval(table, mask, change)
    loss = table.values.get("dev_loss")
    return RollbackRow(
        tuple(name for bit, name in enumerate(table.groups) if mask >> bit & 1),
        100 * float(1 - error[mask]),
        100 * float(spread[mask]),
        float(change),
        interval,
        how,
        float(loss[mask] - loss[0]) if loss is not None and known else math.nan,
    )


def _interval(table: RollbackRecord, mask: int, change: float) -> tuple[tuple[float, float], str]:
    if mask == 0 or not math.isfinite(change):
        return (math.nan, math.nan), ""
    intervals = table.change_intervals.get("dev_error")
    if intervals is not None and np.isfinite(intervals[mask]).all():
        low, high = intervals[mask]
        # Of the error; the accuracy changes the other way.
        return (-100 * float(high), -100 * float(low)), "bootstrap"
    paired = table.change_errors.get("dev_error")
    if paired is not None and math.isfinite(paired[mask]):
        half, how = 196 * float(paired[mask]), "paired"
    else:
        spread = table.standard_errors["dev_error"]
        half, how = 196 * float(np.hypot(spread[0], spread[mask])), "independent"
    return (change - half, change + half), how if math.isfinite(half) else ""


def _group(record: LandscapeRecord, name: str, rises: tuple[float, ...]) -> GroupRow:
    line = known_line(record, METRIC, name)
    ratio = filter_ratios(record, None, name)[0]
    widths = tuple(width_along(line, rise, ratio) if line else None for rise in rises)
    members = record.layer_groups[name]
    share, norm = _share(record, members)
    return GroupRow(name, _layers(members), share, norm, widths)


def _layers(members: dict[str, object]) -> str:
    layers = members.get("layers")
    numbers = [str(layer) for layer in layers] if isinstance(layers, list | tuple) else []
    ends = [numbers[0], numbers[-1]] if len(numbers) > 2 else numbers
    unbroken = len(numbers) > 2 and int(ends[1]) - int(ends[0]) + 1 == len(numbers)
    words = ["–".join(ends) if unbroken else ", ".join(numbers)] if numbers else []
    words += [part for part in ("embeddings", "pooler") if members.get(part)]
    return " and ".join(words)


def _share(record: LandscapeRecord, members: dict[str, object]) -> tuple[float, float]:
    """Of ‖δ1‖², and ‖δ1‖ of the group; NaN in files that do not hold the parts' norms."""
    norms = record.run.part_norms
    total = sum(norms.values())
    layers = members.get("layers")
    parts = [str(layer) for layer in layers] if isinstance(layers, list | tuple) else []
    parts += [part for part in ("embeddings", "pooler") if members.get(part)]
    if not total > 0:
        return math.nan, math.nan
    own = sum(norms.get(part, 0.0) for part in parts)
    return own / total, math.sqrt(max(0.0, own))
