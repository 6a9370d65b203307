"""What a file says in few numbers: run, surfaces and curves, their ends, the rollback table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape_gui.export.points import Kind, known
from landscape_gui.export.text_tables import MINUS, NO_NUMBER, TextTable
from landscape_gui.specs import METRICS, UserError
from landscape_gui.store.measuring_command import measuring_command
from landscape_gui.store.places import model_name
from landscape_gui.store.records import (
    CurveRecord,
    LandscapeRecord,
    RollbackRecord,
    SurfaceRecord,
)
from landscape_gui.store.schema import METRIC_TITLES


def summary_tables(record: LandscapeRecord) -> tuple[TextTable, ...]:
    """The run, what was measured of it, and the metrics at the named points."""
    return (_run(record), *_targets(record))


def rollback_table(record: LandscapeRecord) -> TextTable:
    """Hao et al. 2019, Table 1, with standard errors: every measured combination.

    Raises
    ------
    UserError
        If the file has none.
    """
    table = record.rollback
    if table is None or not table.measured.any():
        raise UserError(
            f"{record.path} holds no rollback.",
            f"Measure it: {measuring_command(record, 'rollback')}",
        )
    metrics = [metric for metric in METRICS if metric in table.values]
    headings = ["Rolled back", "Share of ‖δ1‖²"]
    for metric in metrics:
        error = metric.endswith("_error")
        headings += [_heading(metric), "Change (points)" if error else "Change"]
    masks = sorted(np.flatnonzero(table.measured).tolist(), key=lambda m: (m.bit_count(), m))
    rows = []
    for mask in masks:
        names = [name for bit, name in enumerate(table.groups) if mask >> bit & 1]
        cells = [" + ".join(names) or "none (end point)", _share(record, table, mask)]
        for metric in metrics:
            value = float(table.values[metric][mask])
            cells.append(quantity(metric, value, float(table.standard_errors[metric][mask])))
            cells.append(_change(table, metric, mask) if mask else NO_NUMBER)
        rows.append(tuple(cells))
    return TextTable("Rolled-back layer groups", tuple(headings), tuple(rows))


def quantity(metric: str, value: float, error: float, *, sign: bool = False) -> str:
    """``0.2104 ± 0.0042``; errors in per cent, their differences in percentage points."""
    if math.isnan(value):
        return NO_NUMBER
    scale, digits = (100.0, 2) if metric.endswith("_error") else (1.0, 4)
    text = f"{scale * value:{'+' if sign else ''}.{digits}f}"
    if math.isfinite(error):
        text += f" ± {scale * error:.{digits}f}"
    return text.replace("-", MINUS)


def _change(table: RollbackRecord, metric: str, mask: int) -> str:
    if not table.measured[0]:
        return NO_NUMBER
    values, errors = table.values[metric], table.standard_errors[metric]
    paired = table.change_errors.get(metric)
    # Without the differences of the single examples: as if they were independent, too large.
    error = math.hypot(errors[mask], errors[0]) if paired is None else float(paired[mask])
    return quantity(metric, float(values[mask] - values[0]), error, sign=True)


def _share(record: LandscapeRecord, table: RollbackRecord, mask: int) -> str:
    norms = record.run.part_norms
    total = sum(norms.values())
    if not mask or not total > 0:
        return NO_NUMBER
    parts: set[str] = set()
    for bit, layers in enumerate(table.layers):
        if mask >> bit & 1:
            parts |= _parts(layers)
    return f"{100 * sum(norms.get(part, 0.0) for part in parts) / total:.1f} %"


def _parts(group: dict[str, Any]) -> set[str]:
    named = {part for part in ("embeddings", "pooler") if group.get(part)}
    return named | {str(layer) for layer in group.get("layers", ())}


def _run(record: LandscapeRecord) -> TextTable:
    run = record.run
    facts = [
        ("Run", run.name),
        ("Model", model_name(run.model)),
        ("Task", run.task or NO_NUMBER),
        ("Start", run.init),
        ("Layers", str(run.layer_count)),
        ("Checkpoints", str(len(run.checkpoints))),
    ]
    if run.checkpoints:
        facts.append(("SHA-256 of the last", run.checkpoints[-1].sha256))
    return TextTable("Run", ("Fact", "Value"), tuple(facts))


def _targets(record: LandscapeRecord) -> tuple[TextTable, ...]:
    targets: list[tuple[str, SurfaceRecord | CurveRecord]] = [
        *(("surface", surface) for surface in record.surfaces.values()),
        *(("curve", curve) for curve in record.curves.values()),
    ]
    if not targets:
        return ()
    headings = ("Name", "Kind", "Points", "Measured", "On few examples", "Estimated")
    geometry = ("‖δ1‖", "‖δ2‖", "cos(δ1, δ2)")
    found = TextTable(
        "Surfaces and curves",
        (*headings, *geometry),
        tuple(_target_row(kind, target) for kind, target in targets),
    )
    ends = [row for kind, target in targets for row in _end_rows(kind, target)]
    if not ends:
        return (found,)
    titles = ("Name", "Point", "α", *(_heading(metric) for metric in METRICS))
    return found, TextTable("Start and end points", titles, tuple(ends))


def _target_row(kind: str, target: SurfaceRecord | CurveRecord) -> tuple[str, ...]:
    shape = target.order.shape
    metric = next(iter(target.values), None)
    kinds = known(target, metric).kinds if metric else np.zeros(shape, dtype=np.uint8)
    counts = [int((kinds == k).sum()) for k in (Kind.MEASURED, Kind.SAMPLED, Kind.ESTIMATED)]
    plane = target.plane
    return (
        target.name,
        kind,
        " × ".join(str(length) for length in reversed(shape)),
        *(str(count) for count in counts),
        *(_number(x) for x in (plane.axis1_norm, plane.axis2_norm, plane.cosine)),
    )


def _end_rows(kind: str, target: SurfaceRecord | CurveRecord) -> list[tuple[str, ...]]:
    return [
        (
            f"{target.name} ({kind})",
            anchor.name.replace("_", " "),
            _number(anchor.alpha),
            *(
                quantity(m, anchor.values.get(m, math.nan), anchor.standard_errors.get(m, math.nan))
                for m in METRICS
            ),
        )
        for anchor in target.anchors
    ]


def _heading(metric: str) -> str:
    title = METRIC_TITLES.get(metric, metric).capitalize()
    return f"{title} (%)" if metric.endswith("_error") else title


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", MINUS) if math.isfinite(value) else NO_NUMBER


def tables_of(record: LandscapeRecord, what: Sequence[str]) -> tuple[TextTable, ...]:
    """The tables asked for: ``summary``, ``rollback``."""
    found: list[TextTable] = []
    if "summary" in what:
        found += summary_tables(record)
    if "rollback" in what:
        found.append(rollback_table(record))
    return tuple(found)
