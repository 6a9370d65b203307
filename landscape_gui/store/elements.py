"""Writes single values of preallocated datasets in place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d, h5s  # pyright: ignore[reportAttributeAccessIssue]  # no stubs

from landscape_gui.store import schema
from landscape_gui.store.checksums import compute, dataset_names
from landscape_gui.store.creation import fixed_names
from landscape_gui.store.hdf5_access import dataset_at

_SCALAR = h5s.create(h5s.SCALAR)


class Elements:
    """The datasets of one group, written one element at a time, or one row or array.

    Every call is one write of raw data to the system, in the order of the calls: what is written
    last is what a reader, or whoever comes after a kill, may rely upon.
    """

    def __init__(self, group: h5py.Group) -> None:
        self.bind(group)

    def bind(self, group: h5py.Group) -> None:
        """Use this group from now on: the file was replaced by one with another structure."""
        self.group = group
        self._open: dict[str, tuple[h5d.DatasetID, h5s.SpaceID, np.dtype[Any]]] = {}

    def write(self, name: str, index: tuple[int, ...], value: float | bytes) -> None:
        """Set one element; the empty index is that of a scalar."""
        identifier, space, dtype = self._opened(name)
        if index:
            space.select_hyperslab(index, (1,) * len(index))
        identifier.write(_SCALAR, space, np.array(value, dtype=dtype))

    def write_row(self, name: str, row: int, values: npt.ArrayLike) -> None:
        """Set one row of a matrix; a kill may leave the beginning of it new, the rest old."""
        identifier, space, dtype = self._opened(name)
        data = np.ascontiguousarray(values, dtype=dtype)
        space.select_hyperslab((row, 0), (1, len(data)))
        identifier.write(h5s.create_simple(data.shape), space, data)

    def write_array(self, name: str, values: npt.ArrayLike) -> None:
        """Set a whole dataset of this shape; a kill may leave the beginning new, the rest old."""
        identifier, _, dtype = self._opened(name)
        identifier.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(values, dtype=dtype))

    def read(self, name: str, rows: int | None = None) -> npt.NDArray[Any]:
        """A dataset as it stands, or its first ``rows``."""
        dataset = dataset_at(self.group, name)
        return np.asarray(dataset[()] if rows is None else dataset[:rows])

    def _opened(self, name: str) -> tuple[h5d.DatasetID, h5s.SpaceID, np.dtype[Any]]:
        if name not in self._open:
            dataset = dataset_at(self.group, name)
            self._open[name] = (dataset.id, dataset.id.get_space(), dataset.dtype)
        return self._open[name]


class Completion:
    """Status and checksums of a group: incomplete while it changes, sealed when it is finished."""

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self._open = self._status() != schema.COMPLETE

    def reopen(self) -> None:
        """Declare the group incomplete, before its first value changes."""
        if self._open:
            return
        # In this order, so that a kill in between leaves no checksum that looks wrong.
        self._elements.write(schema.STATUS, (), schema.INCOMPLETE.encode())
        self._write_checksums(fixed_names(self._elements.group))
        self._open = True

    def finish(self) -> None:
        """Write the checksums of everything, then declare the group complete."""
        self._write_checksums(dataset_names(self._elements.group))
        self._elements.write(schema.STATUS, (), schema.COMPLETE.encode())
        self._open = False

    def _write_checksums(self, names: Iterable[str]) -> None:
        text = compute(self._elements.group, names).encode()
        if len(text) > schema.CHECKSUMS_BYTES:
            raise ValueError("no room for the checksums of a group with that many datasets")
        self._elements.write(schema.CHECKSUMS, (), text)

    def _status(self) -> str:
        return bytes(dataset_at(self._elements.group, schema.STATUS)[()]).decode()


def encode_notes(serial: int, notes: dict[str, Any]) -> bytes:
    """One slot of notes.

    Raises
    ------
    ValueError
        If they do not fit into the room that was set aside.
    """
    text = json.dumps({"serial": serial, "notes": notes}, separators=(",", ":")).encode()
    if len(text) > schema.NOTES_BYTES:
        raise ValueError(f"notes of {len(text)} bytes do not fit into {schema.NOTES_BYTES}")
    return text
