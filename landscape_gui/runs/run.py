"""What a training run is, as plain values. torch is not needed for these."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landscape_gui.specs import TaskSpec
from landscape_gui.store.records import History


@dataclass(frozen=True)
class Checkpoint:
    """A directory with weights, and when in the training they were saved."""

    path: Path
    step: int
    epoch: float


@dataclass(frozen=True, eq=False)
class Run:
    """A training run.

    Attributes
    ----------
    model
        The model that training began from, as it was named.
    init
        ``pretrained``, ``scratch`` or, for runs trained elsewhere, possibly ``unknown``.
    checkpoints
        Ascending by step; [0] is θ0, [-1] is θ1.
    task
        What it was trained on, with columns and classes filled in; None if nothing says so.
    labels
        Names of the classes, in the order of the head's outputs.
    newly_initialised
        Parameters of the classifier that θ0 did not have from pre-training: the head, and e.g.
        the pooler of a BERT that was pre-trained without one. They never move.
    details
        JSON-able: spec, settings, software versions, the tokenizer's directory, what was ignored.
    """

    path: Path
    name: str
    model: str
    init: str
    checkpoints: tuple[Checkpoint, ...]
    task: TaskSpec | None
    labels: tuple[str, ...]
    history: History
    newly_initialised: tuple[str, ...]
    details: dict[str, Any]
