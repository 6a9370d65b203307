"""A report's numbers as JSON: every value at full precision, with its provenance."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

import landscape_gui
from landscape_gui.figures.report import cautions
from landscape_gui.figures.report.cautions import Caution
from landscape_gui.figures.report.claims import Claims
from landscape_gui.store.places import model_name, place_name, without_places
from landscape_gui.store.records import LandscapeRecord


def json_page(every: Sequence[Claims]) -> str:
    """Strict JSON: NaN is null, infinities are the strings "inf" and "-inf"."""
    whole = {
        "creator": f"landscape-gui {landscape_gui.__version__}",
        "cautions": [plain(of) for of in vars(cautions).values() if isinstance(of, Caution)],
        "files": [_file(claims) for claims in every],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _file(claims: Claims) -> dict[str, Any]:
    record = claims.record
    run = record.run
    return {
        "file": record.path.name,
        "content_sha256": claims.content_sha256,
        "problems": list(record.problems),
        "run": {
            "name": run.name,
            "directory": place_name(run.path),
            "model": model_name(run.model),
            "task": run.task,
            "init": run.init,
            "checkpoints": [without_places(plain(point)) for point in run.checkpoints],
        },
        "tolerated": plain(claims.tolerated),
        "basin": plain(claims.basin),
        "hessian": without_places(plain(claims.hessian)),
        "path": plain(claims.path),
        "agreement": plain(claims.agreement),
        "layers": plain(claims.layers),
        "specs": without_places(plain(_specs(record))),
    }


def _specs(record: LandscapeRecord) -> dict[str, dict[str, Any]]:
    specs = {f"surfaces/{name}": surface.spec for name, surface in record.surfaces.items()}
    specs |= {f"curves/{name}": curve.spec for name, curve in record.curves.items()}
    return specs | ({"rollback": record.rollback.spec} if record.rollback else {})


def plain(value: Any) -> Any:
    """Dataclasses as objects, arrays as lists, numbers as JSON can have them."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        # What follows from the fields is what a reader looks for first.
        monotone = getattr(value, "monotone", None)
        return found if monotone is None else found | {"monotone": bool(monotone)}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return value
