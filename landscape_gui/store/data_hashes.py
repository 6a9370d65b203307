"""On which examples a target was measured, by their hashes, so that others are not mixed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import h5py

from landscape_gui.specs import UserError
from landscape_gui.store import schema
from landscape_gui.store.checked import CheckedGroup, DamagedError
from landscape_gui.store.hdf5_access import store_text

_SPLITS = {"train": "training", "dev": "development"}


def store_data_hashes(group: h5py.Group, hashes: Mapping[str, str] | None) -> None:
    """Keep the hash of each split's examples in a new target; nothing where none are known."""
    if hashes:
        store_text(group, schema.DATA_SHA256, json.dumps(dict(hashes)))


def read_data_hashes(group: CheckedGroup) -> dict[str, str]:
    """Split → hash of its examples; empty in files from before they were stored."""
    if not group.has(schema.DATA_SHA256):
        return {}
    found = group.json(schema.DATA_SHA256)
    if not all(isinstance(value, str) for value in found.values()):
        raise DamagedError(f"{group.path}/{schema.DATA_SHA256} holds what is no hash")
    return found


def check_same_data(
    found: Mapping[str, str], hashes: Mapping[str, str] | None, what: str, path: Path
) -> None:
    """Let a target be continued only on the examples that it was begun with.

    Parameters
    ----------
    found, hashes
        Those that the file holds and those of now. A split that either does not know is no
        difference: older files know none.
    what
        The target in words.

    Raises
    ------
    UserError
        If the examples of a split are others.
    """
    now = hashes or {}
    changed = [split for split in found if split in now and found[split] != now[split]]
    if changed:
        splits = " and ".join(_SPLITS.get(split, split) for split in changed)
        raise UserError(
            f"The task's data (or the tokenizer) changed since {what} of {path} was measured: "
            f"the {splits} examples are others now.",
            "What is there is kept; measure into a new file.",
        )
