"""What the page with the 3D view knows: plain values for JSON, arrays as base64."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from landscape_gui.export.points import Kind, heights, known
from landscape_gui.export.tables import quantity
from landscape_gui.export.trajectories import PROJECTIONS, projection
from landscape_gui.specs import METRICS
from landscape_gui.store.places import model_name
from landscape_gui.store.records import LandscapeRecord, SurfaceRecord
from landscape_gui.store.schema import METRIC_TITLES


def view_data(record: LandscapeRecord, surface: SurfaceRecord, metric: str) -> dict[str, Any]:
    """All surfaces of a file; ``surface`` and ``metric`` are what is shown first.

    Numbers that are not finite are null, so that it is strict JSON.
    """
    drawn = [item for item in record.surfaces.values() if _metrics(item)]
    run = record.run
    return {
        "file": record.path.name,
        "run": {
            "name": run.name,
            "model": model_name(run.model),
            "task": run.task,
            "init": run.init,
        },
        "metrics": {m: METRIC_TITLES.get(m, m) for m in METRICS},
        "epochs": [_number(checkpoint.epoch) for checkpoint in run.checkpoints],
        "first": {"surface": surface.name, "metric": metric},
        "surfaces": [_surface(item) for item in drawn],
    }


def _metrics(surface: SurfaceRecord) -> list[str]:
    return [
        metric
        for metric in METRICS
        if metric in surface.values and np.isfinite(known(surface, metric).values).any()
    ]


def _surface(surface: SurfaceRecord) -> dict[str, Any]:
    plane = surface.plane
    return {
        "name": surface.name,
        "group": surface.group,
        "partOf": surface.part_of,
        "origin": plane.origin,
        "axis2": plane.axis2_label,
        "alpha": [float(x) for x in surface.alpha],
        "beta": [float(x) for x in surface.beta],
        "metrics": {metric: _values(surface, metric) for metric in _metrics(surface)},
        "anchors": [
            {
                "kind": anchor.name,
                "alpha": _number(anchor.alpha),
                "beta": _number(anchor.beta),
                "values": {m: _number(v) for m, v in anchor.values.items()},
                "errors": {m: _number(v) for m, v in anchor.standard_errors.items()},
            }
            for anchor in surface.anchors
        ],
        "paths": _paths(surface),
        "facts": _facts(surface),
    }


def _values(surface: SurfaceRecord, metric: str) -> dict[str, Any]:
    found = known(surface, metric)
    own = surface.checkpoint_values.get(metric, np.empty(0))
    return {
        "height": _floats(heights(found.values, found.kinds)),
        "value": _floats(found.values),
        "error": _floats(found.errors),
        "bound": _floats(found.bounds),
        "kind": base64.b64encode(found.kinds.tobytes()).decode("ascii"),
        "checkpoints": [_number(float(value)) for value in own],
    }


def _paths(surface: SurfaceRecord) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in () if surface.part_of else PROJECTIONS:
        path = projection(surface, kind)
        if path is not None and np.isfinite(path.alpha).all() and np.isfinite(path.beta).all():
            found[kind] = {
                "alpha": [float(x) for x in path.alpha],
                "beta": [float(x) for x in path.beta],
                "offPlane": [_number(float(x)) for x in path.off_plane],
            }
    return found


def _facts(surface: SurfaceRecord) -> list[list[str]]:
    """Name and value of what one should know beside the picture."""
    plane = surface.plane
    kinds = known(surface, next(iter(surface.values))).kinds
    counts = {kind: int((kinds == kind).sum()) for kind in Kind}
    facts = [["Points", " × ".join(f"{n:,}" for n in reversed(kinds.shape))]]
    facts.append(["Measured", f"{counts[Kind.MEASURED]:,} of {kinds.size:,}"])
    for kind, words in (
        (Kind.SAMPLED, "On some examples"),
        (Kind.ESTIMATED, "Estimated"),
        (Kind.MISSING, "Filled in"),
    ):
        if counts[kind]:
            facts.append([words, f"{counts[kind]:,}"])
    for title, value in (
        ("‖δ1‖", plane.axis1_norm),
        ("‖δ2‖", plane.axis2_norm),
        ("cos(δ1, δ2)", plane.cosine),
    ):
        if math.isfinite(value):
            facts.append([title, f"{value:.4g}".replace("-", "\N{MINUS SIGN}")])
    examples = surface.notes.get("examples")
    if isinstance(examples, dict):
        for split, words in (("train", "Training examples"), ("dev", "Development examples")):
            if isinstance(examples.get(split), int):
                facts.append([words, f"{examples[split]:,}"])
    for anchor in surface.anchors:
        for metric in METRICS:
            if metric in anchor.values:
                error = anchor.standard_errors.get(metric, math.nan)
                unit = " %" if metric.endswith("_error") else ""
                title = f"{anchor.name.replace('_', ' ').capitalize()}: {METRIC_TITLES[metric]}"
                facts.append([title, quantity(metric, anchor.values[metric], error) + unit])
    return facts


def _floats(values: npt.NDArray[np.float64]) -> str:
    with np.errstate(over="ignore"):
        return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
