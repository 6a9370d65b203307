"""SHA-256 of each dataset, so that flipped bytes are told instead of drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

import h5py
import numpy as np
import numpy.typing as npt

from landscape_gui.store import schema
from landscape_gui.store.hdf5_access import dataset_at, is_hard_link

# What says how far the measurement is cannot vouch for itself.
_UNCOVERED = frozenset({schema.CHECKSUMS, schema.STATUS})


def digest(values: npt.NDArray[np.generic]) -> str:
    """SHA-256 of an array's bytes in C order; of strings, without their padding."""
    flat = np.ascontiguousarray(values).reshape(-1)
    if flat.dtype.kind == "S":
        return hashlib.sha256(b"\0".join(flat.tolist())).hexdigest()
    return hashlib.sha256(flat.view(np.uint8).data).hexdigest()


def dataset_names(group: h5py.Group, prefix: str = "") -> Iterator[str]:
    """Paths below ``group`` of all datasets that checksums cover."""
    for name in map(str, group):
        if not is_hard_link(group, name):
            continue
        item = group[name]
        if isinstance(item, h5py.Group):
            yield from dataset_names(item, f"{prefix}{name}/")
        elif prefix or name not in _UNCOVERED:
            yield prefix + name


def compute(group: h5py.Group, names: Iterable[str]) -> str:
    """JSON of dataset → checksum for the named datasets of a group."""
    found = {name: digest(np.asarray(dataset_at(group, name)[()])) for name in names}
    return json.dumps(found, separators=(",", ":"))
