"""A copy of a landscape file that tells nothing of the machine that measured it.

Paths become names, and results of single examples are left out. The file is built anew: in one that
was changed, what was overwritten could still be read.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from landscape_gui.store import schema
from landscape_gui.store.checksums import compute
from landscape_gui.store.hdf5_access import (
    dataset_at,
    group_at,
    image_of,
    open_for_reading,
    open_in_memory,
    set_text_attribute,
    store_array,
    store_text,
    store_texts,
)
from landscape_gui.store.places import without_places

# HDF5 keeps dimension scales in attributes of these names, with addresses within the file.
_OF_SCALES = ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST")
_OF_MODEL = (f"/{schema.RUN}/model", f"/{schema.RUN}/details")
_BY_EXAMPLE = ("example_losses_", "example_margins_")


def neutral_copy(source: Path, model: str = "") -> bytes:
    """The copy's bytes.

    Parameters
    ----------
    model
        What the model is called, in place of the directory where it lay.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        open_for_reading(source) as old,
        open_in_memory(Path(folder) / "copy") as new,
    ):
        named = _text(dataset_at(old, f"{schema.RUN}/model")[()])
        _copy_members(old, new, {named: model} if model else {})
        _attach_scales(old, new)
        _seal(new)
        return image_of(new)


def _copy_members(old: h5py.Group, new: h5py.Group, names: dict[str, str]) -> None:
    _copy_attributes(old, new)
    for name, item in old.items():
        if isinstance(item, h5py.Group):
            _copy_members(item, new.create_group(name), names)
        else:
            _copy_dataset(item, new, name, names)


def _copy_dataset(old: h5py.Dataset, parent: h5py.Group, name: str, names: dict[str, str]) -> None:
    if old.dtype.kind == "S":
        called = names if str(old.name) in _OF_MODEL else {}
        texts = [_neutral(_text(value), called) for value in np.atleast_1d(old[()])]
        room = _room(old, texts)
        if old.shape == ():
            store_text(parent, name, texts[0], room)
        else:
            store_texts(parent, name, texts, room)
    else:
        values = np.asarray(old[()], dtype=old.dtype)
        if name.startswith(_BY_EXAMPLE):
            values = values[:0]
        store_array(parent, name, values, old.dtype)
    _copy_attributes(old, dataset_at(parent, name))


def _room(old: h5py.Dataset, texts: list[str]) -> int:
    """As long as before, except where a path was cut: how long it was is nobody's business."""
    if str(old.name).rsplit("/", 1)[-1] in (schema.NOTES, schema.CHECKSUMS):
        return old.dtype.itemsize
    return old.dtype.itemsize if texts == [_text(v) for v in np.atleast_1d(old[()])] else 0


def _copy_attributes(old: h5py.Group | h5py.Dataset, new: h5py.Group | h5py.Dataset) -> None:
    for name in old.attrs:
        if name in _OF_SCALES:
            continue
        dtype, value = old.attrs.get_id(name).dtype, old.attrs[name]
        if dtype.kind == "S":
            texts = [_neutral(_text(text), {}) for text in np.atleast_1d(value)]
            set_text_attribute(new, name, *texts)
        else:
            new.attrs.create(name, value, dtype=dtype)


def _attach_scales(old: h5py.Group, new: h5py.Group) -> None:
    datasets: list[h5py.Dataset] = []
    old.visititems(lambda _, item: datasets.append(item) if _is_dataset(item) else None)
    for dataset in datasets:
        if dataset.is_scale:
            scale = dataset_at(new, str(dataset.name))
            scale.make_scale(str(dataset.name).rsplit("/", 1)[-1])
    for dataset in datasets:
        if dataset.is_scale:
            continue
        for number, dimension in enumerate(dataset.dims):
            for scale in dimension.values():
                there = dataset_at(new, str(dataset.name)).dims[number]
                there.attach_scale(dataset_at(new, str(scale.name)))


def _is_dataset(item: object) -> bool:
    return isinstance(item, h5py.Dataset)


def _seal(new: h5py.File) -> None:
    """Checksums of the same datasets as before, of what they hold now."""
    groups: list[str] = []
    new.visit(lambda name: groups.append(name) if name.endswith(schema.CHECKSUMS) else None)
    for path in groups:
        dataset = dataset_at(new, path)
        group, room = group_at(new, path.rpartition("/")[0]), dataset.dtype.itemsize
        listed = json.loads(_text(dataset[()]))
        del group[schema.CHECKSUMS]
        store_text(group, schema.CHECKSUMS, compute(group, listed), room)


def _neutral(text: str, names: dict[str, str]) -> str:
    """A text without paths: a name, or JSON with names in it."""
    if text[:1] in ("{", "["):
        try:
            value = json.loads(text)
        except ValueError:
            return ""  # the half of a note that a killed writer left
        return json.dumps(without_places(_renamed(value, names)))
    return str(without_places(_renamed(text, names)))


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def _text(value: bytes) -> str:
    return bytes(value).decode()
