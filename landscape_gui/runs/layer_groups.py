"""Which parameters belong to which layer of a transformer, told from their names alone.

Every parameter belongs to exactly one of: a transformer layer; the embeddings (what comes before
the layers); the pooler (what comes after them, with the final normalisation of models that have
one).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from landscape_gui.specs import LayerGroup, UserError

# encoder.layer.N, transformer.layer.N, layers.N, h.N, block.N: the outermost list of layers.
_LAYER = re.compile(r"(?:^|\.)(?:layers?|h|blocks?)\.(\d+)\.")
_EMBEDDING = re.compile(r"(?:^|\.)(?:wte|wpe|\w*embed\w*)(?:\.|$)")
_DEFAULT_NAMES = {1: ("low",), 2: ("low", "high"), 3: ("low", "middle", "high")}


def layer_of(name: str) -> int | None:
    """Index of the transformer layer that a parameter belongs to, from 0; ``None`` if to none."""
    match = _LAYER.search(name)
    return int(match.group(1)) if match else None


def layer_count(names: Iterable[str]) -> int:
    """How many transformer layers the parameters belong to."""
    return max((index + 1 for name in names if (index := layer_of(name)) is not None), default=0)


def is_embedding(name: str) -> bool:
    """Whether a parameter belongs to the embeddings."""
    return layer_of(name) is None and _EMBEDDING.search(name) is not None


def is_pooler(name: str) -> bool:
    """Whether a parameter comes after the layers: the pooler, or a final normalisation."""
    return layer_of(name) is None and not is_embedding(name)


def part_of(name: str) -> str:
    """The part of the encoder that a parameter belongs to: ``embeddings``, ``0``, …, ``pooler``."""
    layer = layer_of(name)
    if layer is not None:
        return str(layer)
    return "embeddings" if is_embedding(name) else "pooler"


def default_groups(layers: int) -> tuple[LayerGroup, ...]:
    """Low, middle and high layers, split as evenly as possible (Hao et al. 2019, §7).

    24 layers give 0–7, 8–15, 16–23. Where the number cannot be divided the lower groups are one
    longer. Two layers give low and high, one layer only low.

    Raises
    ------
    UserError
        If there are no layers.
    """
    if layers < 1:
        raise UserError(
            "No transformer layers were found among the model's parameters.",
            "Layer groups need a transformer whose parameters are numbered by layer.",
        )
    names = _DEFAULT_NAMES[min(layers, 3)]
    size, longer = divmod(layers, len(names))
    groups, first = [], 0
    for place, name in enumerate(names):
        last = first + size + (place < longer)
        groups.append(LayerGroup(name=name, layers=tuple(range(first, last))))
        first = last
    return tuple(groups)


def parse_group(text: str, layers: int) -> LayerGroup:
    """A group from its name or its layers: ``low``, ``0-3``, ``0,2-4``, ``embeddings``, ``all``.

    Parameters
    ----------
    text
        A default group's name; indices and ranges (``+`` may stand for the comma, as in the
        group's own name); ``embeddings``; ``pooler``; or ``all``: every layer, the embeddings
        and the pooler.
    layers
        How many layers the model has.

    Raises
    ------
    UserError
        If there is no such group or layer.
    """
    wanted = text.strip().lower()
    known = {group.name: group for group in default_groups(layers)}
    known["embeddings"] = LayerGroup(name="embeddings", embeddings=True)
    known["pooler"] = LayerGroup(name="pooler", pooler=True)
    known["all"] = LayerGroup(name="all", layers=tuple(range(layers)), embeddings=True, pooler=True)
    if wanted in known:
        return known[wanted]
    hint = f"There are {', '.join(known)}, and layers such as 0-{layers - 1}."
    members: set[int] = set()
    parts = [part.strip() for part in re.split(r"[,+]", wanted)]
    for part in parts:
        match = re.fullmatch(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?", part)
        if not match:
            raise UserError(f"There is no layer group {text!r}.", hint)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise UserError(f"The layers {part} of group {text!r} run backwards.", hint)
        if last >= layers:
            raise UserError(f"Group {text!r} goes beyond the model's {layers} layers.", hint)
        members.update(range(first, last + 1))
    ordered = sorted(members)
    return LayerGroup(name=range_name(ordered), layers=tuple(ordered))


def group_names(names: Sequence[str], group: LayerGroup) -> tuple[str, ...]:
    """The parameters among ``names`` that belong to the group, in the order of ``names``.

    Raises
    ------
    UserError
        If there are none, or the group names a layer that the model does not have.
    """
    layers = layer_count(names)
    if beyond := [index for index in group.layers if index >= layers]:
        raise UserError(
            f"Layer group {group.name} names layer {beyond[0]}, but the model has {layers} layers.",
            f"Its layers are 0 to {layers - 1}." if layers else "It has no numbered layers.",
        )
    inside = set(group.layers)
    members = tuple(
        name
        for name in names
        if layer_of(name) in inside
        or (group.embeddings and is_embedding(name))
        or (group.pooler and is_pooler(name))
    )
    if not members:
        raise UserError(
            f"Layer group {group.name} has no parameters that move in this model.",
            "Its pooler may be part of the head, or it has none: choose another group.",
        )
    return members


def range_name(ordered: Sequence[int]) -> str:
    """``0+2-4`` for 0, 2, 3, 4: a comma is not allowed in a group's name in the file."""
    runs: list[list[int]] = []
    for index in ordered:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return "+".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
