"""What a landscape file holds, as a dictionary, as JSON, and as text for a person."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from landscape_gui.cli.hessian_summary import hessian, hessian_lines
from landscape_gui.cli.precision_summary import precision_lines
from landscape_gui.cli.refinement_summary import refinement, refinement_lines
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.records import (
    Anchor,
    CurveRecord,
    LandscapeRecord,
    RollbackRecord,
    SurfaceRecord,
)
from landscape_gui.store.set_aside import measured_on


def summarise(record: LandscapeRecord) -> dict[str, Any]:
    """The facts of a file; numbers that are not finite stay as they are."""
    run = record.run
    return {
        "file": str(record.path),
        "content_sha256": content_sha256(record),
        "problems": list(record.problems),
        "run": {
            "name": run.name,
            "path": run.path,
            "model": run.model,
            "task": run.task,
            "init": run.init,
            "layers": run.layer_count,
            "checkpoints": [
                {"step": c.step, "epoch": c.epoch, "sha256": c.sha256, "path": c.path}
                for c in run.checkpoints
            ],
        },
        "layer_groups": record.layer_groups,
        "surfaces": {name: _surface(item) for name, item in record.surfaces.items()},
        "curves": {name: _target(item) for name, item in record.curves.items()},
        "rollback": _rollback(record.rollback) if record.rollback else None,
        "hessian": hessian(record.hessian) if record.hessian else None,
        "set_aside": {name: _rollback(item) for name, item in record.rollbacks_aside.items()}
        | {name: hessian(item) for name, item in record.hessians_aside.items()},
    }


def _target(item: SurfaceRecord | CurveRecord) -> dict[str, Any]:
    measured = item.order >= 0
    ranges = {}
    for metric, values in item.values.items():
        finite = values[measured & np.isfinite(values)]
        ranges[metric] = {
            "low": float(finite.min()) if finite.size else math.nan,
            "high": float(finite.max()) if finite.size else math.nan,
            "not_finite": int(measured.sum() - finite.size),
        }
    return {
        "status": item.status,
        "origin": item.plane.origin,
        "group": item.group,
        "alpha": [float(item.alpha[0]), float(item.alpha[-1]), len(item.alpha)],
        "points": int(measured.size),
        "measured": int(measured.sum()),
        "axis1_norm": item.plane.axis1_norm,
        "ranges": ranges,
        "anchors": {anchor.name: _anchor(anchor) for anchor in item.anchors},
        "precision": item.notes.get("precision"),
        "examples": item.notes.get("examples"),
        "seconds_per_point": item.notes.get("seconds_per_point"),
        "spec": item.spec,
    }


def _surface(item: SurfaceRecord) -> dict[str, Any]:
    return _target(item) | {
        "beta": [float(item.beta[0]), float(item.beta[-1]), len(item.beta)],
        "axis2": item.plane.axis2_label,
        "part_of": item.part_of or None,
        "taken_over": item.notes.get("taken_over"),
        "axis2_norm": item.plane.axis2_norm,
        "cosine": item.plane.cosine,
        "refinement": refinement(item),
    }


def _anchor(anchor: Anchor) -> dict[str, Any]:
    return {
        "alpha": anchor.alpha,
        "beta": anchor.beta,
        "values": anchor.values,
        "standard_errors": anchor.standard_errors,
    }


def _rollback(table: RollbackRecord) -> dict[str, Any]:
    rows = []
    for mask in np.flatnonzero(table.measured).tolist():
        rows.append(
            {
                "rolled_back": [n for bit, n in enumerate(table.groups) if mask >> bit & 1],
                "values": {m: float(v[mask]) for m, v in table.values.items()},
                "standard_errors": {m: float(v[mask]) for m, v in table.standard_errors.items()},
            }
        )
    return {"groups": list(table.groups), "rows": rows, "spec": table.spec}


def as_json(summary: dict[str, Any]) -> str:
    """Strict JSON: NaN is null, infinities are the strings "inf" and "-inf"."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [plain(inner) for inner in value]
        if isinstance(value, float) and not math.isfinite(value):
            return None if math.isnan(value) else str(value)
        return value

    return json.dumps(plain(summary), indent=2, ensure_ascii=False, allow_nan=False, default=str)


def as_text(summary: dict[str, Any]) -> str:
    """A page for a person."""
    run = summary["run"]
    lines = [
        summary["file"],
        f"  content    SHA-256 {summary['content_sha256']}",
        f"  run        {run['name']}: {run['model']} on {run['task'] or 'an unnamed task'}, "
        f"{run['init']}, {run['layers']} layers, {len(run['checkpoints'])} checkpoints",
    ]
    lines += [f"  warning    {problem}" for problem in summary["problems"]]
    for kind, targets in (("surface", summary["surfaces"]), ("curve", summary["curves"])):
        for name, item in targets.items():
            if item.get("part_of") in targets:
                continue
            lines.append(_target_line(kind, name, item))
            lines += _details(item)
            parts = {n: part for n, part in targets.items() if part.get("part_of") == name}
            lines += [f"    finer part {_size(n, part)}" for n, part in parts.items()]
    if summary["rollback"]:
        lines.append(f"  rollback   on {measured_on(summary['rollback']['spec'])}")
        for row in summary["rollback"]["rows"]:
            what = " + ".join(row["rolled_back"]) or "(fine-tuned model)"
            lines.append(f"    {what:24} {_metrics(row['values'], row['standard_errors'])}")
    if summary["hessian"]:
        lines += hessian_lines(summary["hessian"])
    lines += [_aside_line(name, item) for name, item in summary["set_aside"].items()]
    return "\n".join(lines)


def _aside_line(name: str, item: dict[str, Any]) -> str:
    line = f"  set aside  {name}: on {measured_on(item['spec'])}"
    return f"{line}, {len(item['rows'])} combinations measured" if "rows" in item else line


def _target_line(kind: str, name: str, item: dict[str, Any]) -> str:
    return f"  {kind:10} {_size(name, item)}"


def _size(name: str, item: dict[str, Any]) -> str:
    low, high, n = item["alpha"]
    size = f"{n}"
    span = f"alpha {low:g} … {high:g}"
    if "beta" in item:
        size += f" × {item['beta'][2]}"
        span += f", beta {item['beta'][0]:g} … {item['beta'][1]:g}"
    share = "" if item["status"] == "complete" else f", {item['measured']} measured so far"
    return f"{name}: {size} points{share}, {span}"


def _details(item: dict[str, Any]) -> list[str]:
    facts = [f"|delta1| {item['axis1_norm']:.4g}"]
    if "cosine" in item:
        facts.append(f"|delta2| {item['axis2_norm']:.4g} ({item['axis2']})")
        facts.append(f"cos(delta1, delta2) {item['cosine']:.4f}")
    lines = ["    " + ", ".join(facts)]
    for name, anchor in item["anchors"].items():
        metrics = _metrics(anchor["values"], anchor["standard_errors"])
        lines.append(f"    {name.replace('_', ' '):12} {metrics}")
    for metric, found in item["ranges"].items():
        odd = f", {found['not_finite']} not finite" if found["not_finite"] else ""
        lines.append(
            f"    {metric.replace('_', ' '):12} {found['low']:.4g} … {found['high']:.4g}{odd}"
        )
    if item.get("refinement"):
        lines += [f"    {line}" for line in refinement_lines(item["refinement"])]
    return lines + [f"    {line}" for line in precision_lines(item["precision"])]


def _metrics(values: dict[str, float], errors: dict[str, float]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value:.4f} ± {errors.get(name, math.nan):.4f}"
        for name, value in values.items()
    )
