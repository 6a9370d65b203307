"""Opens HDF5 files and creates datasets the one way that survives a killed writer.

Tried and relied upon: with datasets that are preallocated contiguously and a sieve buffer of
size 0, each write of a value is one ``pwrite`` of raw data, in program order, and no metadata
changes. The 1.8 format gives metadata checksums; its "open for writing" flag, which a killed
writer leaves behind, keeps nobody from opening the file, unlike that of later formats (tried with
HDF5 1.14.2 and 2.0.0).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d, h5f, h5l, h5p, h5s, h5t  # pyright: ignore[reportAttributeAccessIssue]  # no stubs

from landscape_gui.specs import UserError

# HDF5 cannot open a file for writing while the same process has it open for reading: threads wait.
_opening = threading.RLock()


# By so much a file in memory grows at a time.
_MEMORY_STEP = 1 << 20


def _access_properties() -> h5p.PropFAID:
    properties = h5p.create(h5p.FILE_ACCESS)
    properties.set_libver_bounds(h5f.LIBVER_V18, h5f.LIBVER_V18)
    # The lock beside the file keeps writers apart; HDF5's own would shut out readers as well.
    properties.set_file_locking(False, True)
    properties.set_sieve_buf_size(0)
    # No value straddles a page, where a kill could tear it.
    properties.set_alignment(8, 8)
    return properties


def group_at(parent: h5py.Group, path: str) -> h5py.Group:
    """Group that lies in the same file, whoever made that.

    Raises
    ------
    UserError
        If something else is there.
    """
    item = _member(parent, path)
    if not isinstance(item, h5py.Group):
        raise _damaged(parent, path)
    return item


def dataset_at(parent: h5py.Group, path: str) -> h5py.Dataset:
    """Dataset that lies in the same file, as this program stores them, whoever made that.

    Raises
    ------
    UserError
        If something else is there: what is written to it could end up in another file.
    """
    item = _member(parent, path)
    if not isinstance(item, h5py.Dataset):
        raise _damaged(parent, path)
    properties = item.id.get_create_plist()
    if properties.get_layout() != h5d.CONTIGUOUS or properties.get_external_count():
        raise _damaged(parent, path)
    return item


def is_hard_link(group: h5py.Group, name: str) -> bool:
    """Whether a group has a member of this name that is no way to another place."""
    links, key = group.id.links, name.encode()
    # "." and paths would lead elsewhere than to a member.
    if name in ("", ".") or "/" in name:
        return False
    return links.exists(key) and links.get_info(key).type == h5l.TYPE_HARD


def _member(parent: h5py.Group, path: str) -> h5py.Group | h5py.Dataset | None:
    """What lies at a path of hard links; None if there is another kind of link, or nothing."""
    item: h5py.Group | h5py.Dataset | None = parent
    if path.startswith("/"):
        item = parent.file["/"]  # pyright: ignore[reportAssignmentType]
    for name in filter(None, path.split("/")):
        if not isinstance(item, h5py.Group) or not is_hard_link(item, name):
            return None
        item = item[name]  # pyright: ignore[reportAssignmentType]
    return item


def _damaged(parent: h5py.Group, path: str) -> UserError:
    place = path if path.startswith("/") else f"{str(parent.name).rstrip('/')}/{path}"
    return UserError(
        f"{parent.file.filename} is damaged: {place} is not stored as this program stores data.",
        "Use a copy, or measure again.",
    )


def open_for_writing(path: Path) -> h5py.File:
    """Open an existing file for changing values in place."""
    with _opening:
        return h5py.File(h5f.open(os.fsencode(path), h5f.ACC_RDWR, fapl=_access_properties()))


def open_in_memory(path: Path) -> h5py.File:
    """A copy of a file, or a new one if there is none, that lives in memory only.

    HDF5 cannot close a file whose disk has filled up: it raises, keeps the file open and may take
    the process down when it ends. In memory it never meets the disk.
    """
    properties = _access_properties()
    properties.set_fapl_core(_MEMORY_STEP, False)
    name = os.fsencode(path)
    if path.exists():
        return h5py.File(h5f.open(name, h5f.ACC_RDWR, fapl=properties))
    return h5py.File(h5f.create(name, h5f.ACC_EXCL, fapl=properties))


def image_of(file: h5py.File) -> bytes:
    """The bytes of a file in memory, as they are to stand on the disk."""
    file.flush()
    return file.id.get_file_image()


@contextmanager
def open_for_reading(path: Path) -> Iterator[h5py.File]:
    """Open for reading, also while a writer in this or another process changes values."""
    with _opening, h5py.File(path, "r", locking=False) as file:
        yield file


def allocate(
    group: h5py.Group, name: str, shape: Sequence[int], dtype: npt.DTypeLike, fill: float
) -> h5py.Dataset:
    """Create a contiguous dataset whose fill values are really written, so its space is taken."""
    return _create(group, name, tuple(shape), h5t.py_create(np.dtype(dtype)), np.array(fill, dtype))


def store_array(
    group: h5py.Group, name: str, array: npt.ArrayLike, dtype: npt.DTypeLike
) -> h5py.Dataset:
    """Create a contiguous dataset with these values."""
    values = np.ascontiguousarray(array, dtype=dtype).reshape(np.shape(array))
    dataset = _create(group, name, values.shape, h5t.py_create(np.dtype(dtype)), None)
    if values.size:
        dataset[...] = values
    return dataset


def store_text(group: h5py.Group, name: str, text: str, room: int = 0) -> None:
    """Create a string dataset of fixed length: that of the text, or ``room`` bytes."""
    data = text.encode()
    size = max(1, len(data), room)
    dataset = _create(group, name, (), _text_type(size), None)
    dataset[()] = np.array(data, dtype=h5py.string_dtype("utf-8", size))


def store_texts(group: h5py.Group, name: str, texts: Sequence[str], room: int = 0) -> None:
    """Create an array of strings of one fixed length."""
    encoded = [text.encode() for text in texts]
    size = max(1, room, *(len(data) for data in encoded), 1)
    dataset = _create(group, name, (len(texts),), _text_type(size), None)
    if encoded:
        dataset[...] = np.array(encoded, dtype=h5py.string_dtype("utf-8", size))


def set_text_attribute(target: h5py.Group | h5py.Dataset, name: str, *texts: str) -> None:
    """Set an attribute to a string of fixed length, or to an array of several."""
    encoded = [text.encode() for text in texts]
    dtype = h5py.string_dtype("utf-8", max(1, *(len(data) for data in encoded), 1))
    value = np.array(encoded[0] if len(encoded) == 1 else encoded, dtype=dtype)
    target.attrs.create(name, value, dtype=dtype)


def _text_type(size: int) -> h5t.TypeID:
    return h5t.py_create(h5py.string_dtype("utf-8", size), logical=True)


def _create(
    group: h5py.Group,
    name: str,
    shape: tuple[int, ...],
    dtype: h5t.TypeID,
    fill: npt.NDArray[np.generic] | None,
) -> h5py.Dataset:
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_layout(h5d.CONTIGUOUS)
    properties.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    properties.set_fill_time(h5d.FILL_TIME_ALLOC)
    properties.set_obj_track_times(False)
    if fill is not None:
        properties.set_fill_value(fill)
    space = h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)
    return h5py.Dataset(h5d.create(group.id, name.encode(), dtype, space, dcpl=properties))
