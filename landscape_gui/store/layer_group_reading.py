"""Checks layer groups that a file names before anything relies on what they are."""

from __future__ import annotations

from typing import Any

from landscape_gui.store.checked import DamagedError

# More than any model has layers.
_MOST_LAYERS = 100_000


def checked_group(data: Any, where: str) -> dict[str, Any]:
    """A layer group as this program writes it.

    Raises
    ------
    DamagedError
        If it is none.
    """
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        raise DamagedError(f"{where} does not describe a layer group")
    layers = data.get("layers", [])
    if not isinstance(layers, list) or not all(_is_layer(layer) for layer in layers):
        raise DamagedError(f"{where}: the layers of {data['name']} are no numbers of layers")
    if not all(isinstance(data.get(part, False), bool) for part in ("embeddings", "pooler")):
        raise DamagedError(f"{where}: {data['name']} does not say which parts it has")
    return data


def _is_layer(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST_LAYERS
