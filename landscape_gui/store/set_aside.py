"""Rollbacks and Hessians that others took the place of: ``/rollback_<n>`` and ``/hessian_<n>``.

A file shows one rollback and one Hessian. What was measured in another way is not lost for that:
it keeps its values under a number and can come back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import h5py
from pydantic import ValidationError

from landscape_gui.specs import ExamplesSpec
from landscape_gui.store import schema


@dataclass(frozen=True)
class Exchange:
    """One rollback or Hessian took the place of another.

    Attributes
    ----------
    kind
        ``rollback`` or ``hessian``.
    name
        Under which the earlier one is kept, e.g. ``rollback_1``. What was taken back was there.
    earlier
        Spec of the one that is no longer shown; None if there was none.
    taken_back
        Spec of the one that had been set aside and is shown again; None if a new one was begun.
    """

    kind: str
    name: str
    earlier: Mapping[str, Any] | None
    taken_back: Mapping[str, Any] | None


def numbered(names: Iterable[str], kind: str) -> list[str]:
    """Those of ``names`` that things of this kind are set aside under, by their numbers."""
    place = re.compile(rf"{re.escape(kind)}_([1-9][0-9]{{0,8}})")
    found = ((int(match[1]), match[0]) for name in names if (match := place.fullmatch(name)))
    return [name for _, name in sorted(found)]


def free_place(file: h5py.File, kind: str) -> str:
    """Where the next one of this kind is set aside."""
    number = 1
    while _exists(file, f"{kind}_{number}"):
        number += 1
    return f"{kind}_{number}"


def put_aside(file: h5py.File, kind: str) -> None:
    """Set aside what is at ``/<kind>``, whatever it is, if anything is."""
    if _exists(file, kind):
        file.move(kind, free_place(file, kind))


def take_back(file: h5py.File, kind: str, name: str) -> None:
    """Show again what was set aside as ``name``; what is shown now is then kept there."""
    between = free_place(file, kind)
    file.move(name, between)
    if _exists(file, kind):
        file.move(kind, name)
    file.move(between, kind)


def _exists(file: h5py.File, name: str) -> bool:
    # A link that leads nowhere takes its name all the same.
    return bool(file.id.links.exists(name.encode()))


def measured_on(spec: Mapping[str, Any]) -> str:
    """In words, on which examples the spec of a rollback or Hessian of any origin asks to measure.

    Examples
    --------
    >>> measured_on({"kind": "rollback", "examples": {"train": 8, "dev": None}})
    '8 training and all development examples'
    """
    try:
        examples = ExamplesSpec.model_validate(spec.get("examples", {}))
    except ValidationError:
        return "examples that it does not tell"
    train, dev = ("all" if n is None else str(n) for n in (examples.train, examples.dev))
    if spec.get("kind") == schema.HESSIAN:
        words = f"{train} training examples"
        if isinstance(probes := spec.get("probes"), int):
            words += f", {probes} probes"
    else:
        words = f"{train} training and {dev} development examples"
    return f"{words}, seed {examples.seed}" if examples.seed else words
