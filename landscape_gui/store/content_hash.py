"""SHA-256 of what a landscape file says, however and whenever it came to be written.

Files of equal content differ in bytes: they tell when they were begun, how long a point took, and
where the run lay. A measurement that was interrupted and went on has the same content as one that
was not, and so has a copy whose paths were taken out.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Protocol

import numpy as np

from landscape_gui.store.places import place_name
from landscape_gui.store.records import (
    CheckpointRecord,
    CurveRecord,
    HessianRecord,
    LandscapeRecord,
    RollbackRecord,
    RunRecord,
    SurfaceRecord,
)

# The checkpoints' own hashes say of which weights it is; what is kept by example, or was set aside
# for something else, is not shown.
# Of which examples it is, the values tell: older files, which do not say it, read the same.
_LEFT_OUT: Mapping[type, frozenset[str]] = {
    LandscapeRecord: frozenset({"path", "problems", "rollbacks_aside", "hessians_aside"}),
    RunRecord: frozenset({"path", "model", "details"}),
    CheckpointRecord: frozenset({"path"}),
    SurfaceRecord: frozenset({"example_results", "data_sha256"}),
    CurveRecord: frozenset({"data_sha256"}),
    RollbackRecord: frozenset({"data_sha256"}),
    HessianRecord: frozenset({"data_sha256"}),
}
_NOTES_OF_TIME = frozenset({"seconds_per_point", "speedup", "comparisons"})


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def content_sha256(record: LandscapeRecord) -> str:
    """Hash of all values, axes, specs and hashes of checkpoints; of no time and no directory."""
    found = hashlib.sha256()
    _feed(found, record)
    return found.hexdigest()


def _feed(into: _Hash, value: Any) -> None:
    """Every value with its kind and length before it, so that no two contents read the same."""
    if is_dataclass(value) and not isinstance(value, type):
        out = _LEFT_OUT.get(type(value), frozenset())
        _feed(into, {f.name: getattr(value, f.name) for f in fields(value) if f.name not in out})
    elif isinstance(value, Mapping):
        keys = sorted(str(key) for key in value if key not in _NOTES_OF_TIME)
        into.update(f"object {len(keys)}\n".encode())
        for key in keys:
            _feed(into, key)
            _feed(into, value[key])
    elif isinstance(value, list | tuple):
        into.update(f"list {len(value)}\n".encode())
        for inner in value:
            _feed(into, inner)
    elif isinstance(value, np.ndarray):
        into.update(f"array {value.dtype.str} {value.shape}\n".encode())
        into.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, str):
        into.update(f"text {json.dumps(place_name(value))}\n".encode())
    elif isinstance(value, float):
        into.update(f"number {'nan' if math.isnan(value) else value.hex()}\n".encode())
    else:
        into.update(f"{type(value).__name__} {value}\n".encode())
