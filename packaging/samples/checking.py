"""What must hold of a sample before it is given to others."""

from __future__ import annotations

import getpass
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from landscape_gui.store import schema
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.hdf5_access import open_for_reading
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.places import is_place
from landscape_gui.store.records import LandscapeRecord

# Texts that a file has; in any other, words of a data set could stand.
_KNOWN = frozenset(
    {
        "name", "path", "model", "task", "init", "details", "sha256", "spec", "group", "status",
        "notes", "checksums", "origin", "axis2_label", "layer_groups", "groups", "region", "part",
    }
)  # fmt: skip
_PATH_WITHIN = re.compile(r"(?:^|[\s\"'(=,])(?:/|~/|[A-Za-z]:[/\\]|\\\\)[\w.~-]+[/\\][\w.~-]")


def check_whole(record: LandscapeRecord) -> None:
    """Raise ValueError unless everything that was begun is measured and undamaged."""
    if record.problems:
        raise ValueError(f"{record.path}: {record.problems[0]}")
    targets = [*record.surfaces.values(), *record.curves.values()]
    open_ones = [target.name for target in targets if target.status != schema.COMPLETE]
    if record.hessian is not None and record.hessian.status != schema.COMPLETE:
        open_ones.append("hessian")
    if open_ones or not targets:
        raise ValueError(f"{record.path} is not finished: {', '.join(open_ones) or 'it is empty'}")


def check_sample(path: Path, source: LandscapeRecord) -> None:
    """Raise ValueError if a sample is damaged, differs from its source, or tells of a machine."""
    record = read_landscape(path)
    check_whole(record)
    if content_sha256(record) != content_sha256(source):
        raise ValueError(f"{path} does not hold what {source.path} does")
    words = [re.compile(rf"\b{re.escape(word)}\b") for word in _own_words()]
    for where, text in texts_of(path):
        if is_place(text) or _PATH_WITHIN.search(text):
            raise ValueError(f"{path}, {where} holds a path: {text[:200]}")
        if any(word.search(text) for word in words):
            raise ValueError(f"{path}, {where} names this machine or its user: {text[:200]}")
    image = path.read_bytes()
    for own in (f"{Path.home()}/", str(source.path.absolute().parent), source.run.path):
        if is_place(own) and own.encode() in image:
            raise ValueError(f"{path} holds {own} somewhere between its datasets")


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Where and what: every text of a file, of JSON every text in it.

    Raises
    ------
    ValueError
        If there is a text that no landscape file has.
    """
    found: list[tuple[str, str]] = []

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        for key in item.attrs:
            if item.attrs.get_id(key).dtype.kind == "S":
                values = np.atleast_1d(item.attrs[key])
                found.extend((f"{name}@{key}", bytes(value).decode()) for value in values)
        if isinstance(item, h5py.Dataset) and item.dtype.kind not in "fiu":
            if item.dtype.kind != "S" or name.rsplit("/", 1)[-1] not in _KNOWN:
                raise ValueError(f"{path}: {name} is a text that no landscape file has")
            found.extend((name, bytes(value).decode()) for value in np.atleast_1d(item[()]))

    with open_for_reading(path) as file:
        visit("", file)
        file.visititems(visit)
    for where, text in found:
        yield from ((where, leaf) for leaf in _leaves(text))


def _leaves(text: str) -> Iterator[str]:
    if text[:1] not in ("{", "["):
        yield text
        return
    todo: list[Any] = [json.loads(text)]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, str):
            yield value


def _own_words() -> set[str]:
    """Names of the user and the machine, unless they are nobody's or too short to mean anything."""
    words = {getpass.getuser(), Path.home().name, socket.gethostname().split(".")[0]}
    return {word for word in words if len(word) > 3 and word != "root"}
