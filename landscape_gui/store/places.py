"""Names in place of paths, for what is given to others: no file says where things lay at home."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

# Where a path of this machine begins; names on a model hub, such as owner/model, are none.
_BEGINS = re.compile(r"/|~[^/\\\s]*[/\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\\\\|file:")
_HOMES = ("home", "Users")


def is_place(text: str) -> bool:
    """Whether a text is a path of some machine; relative ones of no machine are not."""
    return _BEGINS.match(text) is not None


def place_name(text: str, parts: int = 1) -> str:
    """The last parts of a path, without the home directory and its user; other texts as they are.

    Examples
    --------
    >>> place_name("/home/somebody/models/minilm/model", 2)
    'minilm/model'
    >>> place_name("google-bert/bert-base-cased")
    'google-bert/bert-base-cased'
    """
    if not is_place(text):
        return text
    found = [part for part in re.split(r"[/\\]", text) if part not in ("", ".", "..", "file:")]
    if found and (found[0].endswith(":") or found[0].startswith("~")):
        found = found[1:]
    if found[:1] == ["root"]:
        found = found[1:]
    elif found and found[0] in _HOMES:
        found = found[2:]
    return "/".join(found[-parts:])


def model_name(model: str) -> str:
    """A model as one speaks of it: of a directory on some machine, its last two parts."""
    return place_name(model, 2)


def landscape_stem(file: Path) -> str:
    """What a landscape file is called: its name without ``.landscape.h5`` or ``.h5``."""
    return file.name.removesuffix(".h5").removesuffix(".landscape")


def without_places(value: Any) -> Any:
    """A JSON-able value with names in place of all paths in it."""
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_places(inner) for inner in value]
    return place_name(value) if isinstance(value, str) else value
