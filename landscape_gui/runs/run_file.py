"""``run.json``: what a run directory says of itself. Validated on reading, replaced atomically."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from landscape_gui.specs import TaskSpec, UserError
from landscape_gui.specs.training import STORED
from landscape_gui.store.records import History

RUN_FILE = "run.json"
_FORMAT = "landscape-gui-run"


class _Entry(BaseModel):
    # JSON has no NaN: a diverged loss is written as the string "NaN" and read back as one.
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")


class CheckpointEntry(_Entry):
    """One checkpoint; ``path`` is relative to the run directory unless it lies elsewhere."""

    path: str
    step: int
    epoch: float


class HistoryRow(_Entry):
    """One moment of a training; metrics that were not taken are None."""

    step: int
    epoch: float
    train_loss: float | None = None
    dev_loss: float | None = None
    dev_error: float | None = None


class RunFile(_Entry):
    """The contents of ``run.json``.

    Attributes
    ----------
    kind
        ``trained`` here, or ``adopted`` from directories elsewhere.
    checkpoints
        The complete ones only; index 0 is θ0.
    spec, settings, versions
        The TrainSpec that was asked for; the hyper-parameters it came to; the software used.
    """

    format: Literal["landscape-gui-run"] = _FORMAT
    format_version: int = 1
    kind: Literal["trained", "adopted"]
    status: Literal["training", "complete"]
    model: str
    init: Literal["pretrained", "scratch", "unknown"]
    task: TaskSpec | None = None
    labels: tuple[str, ...] = ()
    newly_initialised: tuple[str, ...] = ()
    checkpoints: tuple[CheckpointEntry, ...] = ()
    history: tuple[HistoryRow, ...] = ()
    spec: dict[str, Any] | None = None
    settings: dict[str, Any] = {}
    versions: dict[str, str] = {}


def read_run_file(directory: Path) -> RunFile | None:
    """The ``run.json`` of a directory; ``None`` if there is none that is ours.

    Raises
    ------
    UserError
        If it is ours and damaged, or of a later version than this program knows.
    """
    path = directory / RUN_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}.", "Check the file.") from error
    if _FORMAT not in text:
        # Another program may keep a run.json of its own; half a file is nobody's.
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UserError(
                f"{path} is damaged: {error}.",
                "Restore it, or train the run again into a new directory.",
            ) from error
        return None
    try:
        found = RunFile.model_validate_json(text, context=STORED)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UserError(
            f"{path} is damaged: {where}: {first['msg']}.",
            "Restore it, or train the run again into a new directory.",
        ) from error
    if found.format_version > 1:
        raise UserError(
            f"{path} was written by a later version of this program.", "Install that version."
        )
    return found


def write_run_file(directory: Path, content: RunFile) -> None:
    """Replace ``run.json`` in one step: readers see the old or the new, never a part."""
    path = directory / RUN_FILE
    temporary = path.with_name(f".{RUN_FILE}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(content.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def to_history(rows: Sequence[HistoryRow]) -> History:
    """Rows as arrays, ascending by step, NaN where a metric was not taken."""
    ordered = sorted(rows, key=lambda row: row.step)

    def column(name: str) -> np.ndarray:
        values = [getattr(row, name) for row in ordered]
        return np.array([math.nan if v is None else v for v in values], dtype=np.float64)

    names = ("step", "epoch", "train_loss", "dev_loss", "dev_error")
    return History(**{name: column(name) for name in names})
