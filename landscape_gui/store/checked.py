"""Reads groups and datasets of a file from anywhere: nothing is believed, nothing is followed.

Only hard links to contiguous datasets of plain numbers and fixed-length strings are read, and
only after their type, shape and size have been checked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5a, h5d, h5i  # pyright: ignore[reportAttributeAccessIssue]  # no stubs

from landscape_gui.markup import printable
from landscape_gui.store import schema
from landscape_gui.store.checksums import digest
from landscape_gui.store.hdf5_access import is_hard_link


class DamagedError(Exception):
    """Something in the file is not as this program writes it. ``args[0]`` says what and where."""


class Budget:
    """Bytes that may still be read: hard links let a small file claim any amount."""

    def __init__(self, total: int = schema.MAX_TOTAL_BYTES) -> None:
        self._left = total

    def spend(self, count: int, what: str) -> None:
        """Count bytes before they are read.

        Raises
        ------
        DamagedError
            If that is more than is left.
        """
        self._left -= count
        if self._left < 0:
            raise DamagedError(f"{what} claims more data than this program reads from one file")


class CheckedGroup:
    """A group whose members are checked before they are read, and remembered for ``verify``."""

    def __init__(
        self,
        group: h5py.Group,
        budget: Budget,
        seen: dict[str, npt.NDArray[Any]] | None = None,
    ) -> None:
        self._group = group
        self._file = h5i.get_file_id(group.id)
        self._budget = budget
        self._seen = {} if seen is None else seen
        # Taken first: what a writer changes after this may then be newer, never older.
        self._checksums = self._raw_checksums()

    @property
    def path(self) -> str:
        """Path in the file, without a slash at the end."""
        return str(self._group.name).rstrip("/")

    def names(self) -> list[str]:
        """Names of the members that are hard links.

        Raises
        ------
        DamagedError
            If there are more than any file of ours holds.
        """
        if len(self._group) > schema.MAX_TARGETS:
            raise DamagedError(f"{self.path} has {len(self._group)} members")
        return [str(name) for name in self._group if self._is_hard_link(str(name))]

    def has(self, name: str) -> bool:
        """Whether there is a member of this name that is a hard link."""
        return self._is_hard_link(name)

    def group(self, name: str) -> CheckedGroup:
        """Member group.

        Raises
        ------
        DamagedError
            If it is missing or is no group.
        """
        if not self._is_hard_link(name):
            raise DamagedError(f"{self.path}/{name} is missing")
        item = self._group[name]
        if not isinstance(item, h5py.Group):
            raise DamagedError(f"{self.path}/{name} is not a group")
        return CheckedGroup(item, self._budget, self._seen)

    def floats(self, name: str, *shape: int | None) -> npt.NDArray[np.float64]:
        """float64 dataset; ``None`` in the shape stands for any length."""
        return self._numbers(name, schema.FLOAT, shape).astype(np.float64, copy=False)

    def integers(
        self, name: str, *shape: int | None, dtype: np.dtype[Any] = schema.INT
    ) -> npt.NDArray[np.int64]:
        """Integer dataset of exactly ``dtype``, as int64."""
        return self._numbers(name, dtype, shape).astype(np.int64, copy=False)

    def shape_of(self, name: str, dtype: np.dtype[Any], *shape: int | None) -> tuple[int, ...]:
        """Shape of a dataset of exactly ``dtype``, checked as if it were read."""
        dataset = self._typed(name, dtype, shape)
        return tuple(dataset.shape)

    def text(self, name: str) -> str:
        """Scalar string."""
        return self.texts(name, shape=())[0]

    def texts(self, name: str, shape: Sequence[int | None] = (None,)) -> list[str]:
        """Strings of an array, or the one of a scalar, each as a printable line.

        Raises
        ------
        DamagedError
            If it is missing, too long, or not UTF-8.
        """
        return [printable(text) for text in self.raw_texts(name, shape)]

    def raw_texts(
        self, name: str, shape: Sequence[int | None] = (None,), errors: str = "strict"
    ) -> list[str]:
        """As ``texts``, whatever they say; ``errors`` as for ``bytes.decode``.

        Raises
        ------
        DamagedError
            If it is missing, too long, or, where ``errors`` are strict, not UTF-8.
        """
        dataset = self._dataset(name, shape)
        if dataset.dtype.kind != "S" or dataset.nbytes > schema.MAX_TEXT_BYTES:
            raise DamagedError(f"{self.path}/{name} is not a text of reasonable length")
        try:
            found = self._read(name, dataset).reshape(-1)
            return [bytes(value).decode(errors=errors) for value in found]
        except UnicodeDecodeError as error:
            raise DamagedError(f"{self.path}/{name} is not UTF-8 text") from error

    def json(self, name: str) -> dict[str, Any]:
        """Scalar string that holds a JSON object."""
        return parse_object(self.raw_texts(name, ())[0], f"{self.path}/{name}")

    def attribute(self, name: str) -> str | int | None:
        """Root attribute: a string, an integer, or None if missing or anything else."""
        if name.encode() not in {key.encode() for key in self._group.attrs}:
            return None
        attribute = h5a.open(self._group.id, name.encode())
        dtype = attribute.dtype
        if attribute.shape != () or dtype.kind not in "Siu" or dtype.itemsize > 4096:
            return None
        value = np.zeros((), dtype=dtype)
        attribute.read(value)
        if dtype.kind != "S":
            return int(value)
        return printable(bytes(value[()]).decode(errors="replace"))

    def verify(self) -> list[str]:
        """Compare what is listed under ``checksums``.

        Returns
        -------
        list of str
            One line per dataset whose bytes have changed since they were written.
        """
        try:
            listed = parse_object(self._checksums, "")
        except DamagedError:
            return [f"{self.path}: its checksums cannot be read; the values are not verified."]
        changed = [name for name, wanted in listed.items() if self._digest(name) != wanted]
        if changed and self._raw_checksums() != self._checksums:
            return []  # a writer is at work here: there is nothing yet to compare with
        return [
            f"{self.path}/{name} is damaged: its checksum does not match."
            for name in sorted(changed)
        ]

    def _digest(self, name: str) -> str | None:
        """Checksum of a dataset below this group as it is now; None if there is none."""
        *parents, last = name.split("/")
        try:
            group: CheckedGroup = self
            for parent in parents:
                group = group.group(parent)
            values = self._seen.get(f"{group.path}/{last}")
            # What only the checksum needs is not kept: results of single examples can be large.
            if values is None:
                values = group._values_of(last, group._dataset(last, None))
            return digest(values)
        except DamagedError:
            return None

    def _raw_checksums(self) -> str:
        try:
            dataset = self._dataset(schema.CHECKSUMS, ())
        except DamagedError:
            return ""
        if dataset.dtype.kind != "S" or dataset.dtype.itemsize > schema.MAX_TEXT_BYTES:
            return ""
        return bytes(dataset[()]).decode(errors="replace")

    def _numbers(
        self, name: str, dtype: np.dtype[Any], shape: Sequence[int | None]
    ) -> npt.NDArray[Any]:
        return self._read(name, self._typed(name, dtype, shape))

    def _typed(self, name: str, dtype: np.dtype[Any], shape: Sequence[int | None]) -> h5py.Dataset:
        dataset = self._dataset(name, shape)
        if dataset.dtype != dtype:
            raise DamagedError(f"{self.path}/{name} has type {dataset.dtype}, not {dtype}")
        return dataset

    def _read(self, name: str, dataset: h5py.Dataset) -> npt.NDArray[Any]:
        values = self._seen[f"{self.path}/{name}"] = self._values_of(name, dataset)
        return values

    def _values_of(self, name: str, dataset: h5py.Dataset) -> npt.NDArray[Any]:
        # The storage is exactly as large as the values: that has been checked.
        self._budget.spend(dataset.id.get_storage_size(), f"{self.path}/{name}")
        values = dataset[()]
        # Scalars come as Python's own types.
        return values if isinstance(values, np.ndarray) else np.asarray(values, dtype=dataset.dtype)

    def _dataset(self, name: str, shape: Sequence[int | None] | None) -> h5py.Dataset:
        if not self._is_hard_link(name):
            raise DamagedError(f"{self.path}/{name} is missing")
        dataset = self._group[name]
        if not isinstance(dataset, h5py.Dataset):
            raise DamagedError(f"{self.path}/{name} is not a dataset")
        found = dataset.shape
        fits = found is not None and (
            shape is None
            or (
                len(found) == len(shape)
                and all(want in (None, have) for want, have in zip(shape, found, strict=True))
            )
        )
        if not fits:
            raise DamagedError(
                f"{self.path}/{name} has shape {found}, not {_describe(shape or ())}"
            )
        dtype = dataset.dtype
        if dtype.kind not in "fiuS":
            raise DamagedError(f"{self.path}/{name} holds neither numbers nor plain text")
        properties = dataset.id.get_create_plist()
        if properties.get_layout() != h5d.CONTIGUOUS or properties.get_external_count():
            raise DamagedError(f"{self.path}/{name} is not stored as this program stores data")
        size = math.prod(found or ()) * dtype.itemsize
        if dataset.id.get_storage_size() != size:
            raise DamagedError(
                f"{self.path}/{name} claims {size} bytes, which the file does not hold"
            )
        if size and (dataset.id.get_offset() or 0) + size > self._file.get_filesize():
            raise DamagedError(f"{self.path}/{name} lies beyond the end of the file")
        return dataset

    def _is_hard_link(self, name: str) -> bool:
        return is_hard_link(self._group, name)


def parse_object(text: str, where: str) -> dict[str, Any]:
    """Parse a JSON object; its strings become printable lines.

    Raises
    ------
    DamagedError
        If the text is none.
    """
    try:
        parsed = _printable_values(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{where} is not JSON") from error
    if not isinstance(parsed, dict):
        raise DamagedError(f"{where} is not a JSON object")
    return parsed


def _printable_values(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable_values(item) for item in value]
    if isinstance(value, dict):
        return {printable(key): _printable_values(item) for key, item in value.items()}
    return value


def _describe(shape: Sequence[int | None]) -> str:
    return "(" + ", ".join("any" if length is None else str(length) for length in shape) + ")"
