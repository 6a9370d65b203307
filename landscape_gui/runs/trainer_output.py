"""What transformers' Trainer leaves behind: ``checkpoint-*`` directories and their state."""

from __future__ import annotations

import filecmp
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landscape_gui.runs.run import Checkpoint
from landscape_gui.runs.run_file import HistoryRow
from landscape_gui.runs.weight_files import find_weights, require_weights
from landscape_gui.specs import UserError

_CHECKPOINT = re.compile(r"^checkpoint-(\d{1,12})$")
_STATE = "trainer_state.json"


@dataclass(frozen=True)
class TrainerOutput:
    """Complete checkpoints in ascending order of their steps.

    ``ignored`` says in words what was left out and why. ``single``: the directory is itself the
    only checkpoint.
    """

    checkpoints: tuple[Checkpoint, ...]
    history: tuple[HistoryRow, ...]
    ignored: tuple[str, ...]
    single: bool = False

    @property
    def has_start(self) -> bool:
        return bool(self.checkpoints) and self.checkpoints[0].step == 0


def scan_output(directory: Path) -> TrainerOutput:
    """Find the checkpoints of a Trainer's output, or take the directory as a single one.

    A checkpoint whose writing was interrupted (no weights, or half of them) is left out. A model
    at the top level is the last checkpoint where it is none of those below it.

    Raises
    ------
    UserError
        If the directory is not there, or holds no complete checkpoint.
    """
    if not directory.is_dir():
        raise UserError(f"There is no directory {directory}.", "Check the path.")
    numbered = sorted(
        (int(match[1]), entry)
        for entry in directory.iterdir()
        if entry.is_dir() and (match := _CHECKPOINT.match(entry.name))
    )
    found: list[Checkpoint] = []
    ignored: list[str] = []
    for step, path in numbered:
        if problem := incomplete(path):
            ignored.append(f"{path.name}: {problem}")
        else:
            found.append(Checkpoint(path, step, _epoch(path, step)))
    states = [_state(checkpoint.path) for checkpoint in found]
    history = _history(states[-1] if states else _state(directory))
    if not numbered:
        return _single(directory, history)
    if find_weights(directory) is not None:
        found, reason = _with_top_level(directory, found)
        ignored += [reason] if reason else []
    if not found:
        raise UserError(
            f"{directory} holds no complete checkpoint ({'; '.join(ignored)}).",
            "Give a directory whose checkpoints were saved completely.",
        )
    return TrainerOutput(tuple(found), history, tuple(ignored))


def when_saved(directory: Path) -> tuple[int, float] | None:
    """Step and epoch of a single checkpoint, where its Trainer state says so."""
    state = _state(directory)
    step, epoch = _step(state.get("global_step")), _number(state.get("epoch"))
    return None if step is None or epoch is None else (step, epoch)


def incomplete(directory: Path) -> str:
    """Why a checkpoint directory cannot be read; empty if it can."""
    try:
        files = find_weights(directory)
        if files is None:
            adapter = any(directory.glob("adapter_model.*"))
            return (
                "only an adapter: merge it into its model first" if adapter else "no weights file"
            )
        files.shapes()
    except UserError as error:
        return error.message
    return "" if (directory / "config.json").is_file() else "no config.json"


def _single(directory: Path, history: tuple[HistoryRow, ...]) -> TrainerOutput:
    try:
        require_weights(directory).shapes()
    except UserError as error:
        if find_weights(directory) is not None:
            raise
        raise UserError(
            f"{directory} is not a training run: it holds neither checkpoints nor weights.",
            "Give the output directory of a training, or a fine-tuned model's directory.",
        ) from error
    step, epoch = when_saved(directory) or (1, 1.0)
    return TrainerOutput((Checkpoint(directory, max(step, 1), epoch),), history, (), single=True)


def _with_top_level(
    directory: Path, found: list[Checkpoint]
) -> tuple[list[Checkpoint], str | None]:
    """Append the top-level model unless it is one of the checkpoints again."""
    if problem := incomplete(directory):
        return found, f"model at the top level: {problem}"
    if any(_same_weights(directory, checkpoint.path) for checkpoint in found):
        return found, None
    last = found[-1] if found else Checkpoint(directory, 0, 0.0)
    step, epoch = when_saved(directory) or (last.step + 1, last.epoch)
    if step <= last.step:
        # Weights that are no checkpoint's were saved after all of them.
        step, epoch = last.step + 1, max(epoch, last.epoch)
    return [*found, Checkpoint(directory, step, epoch)], None


def _same_weights(one: Path, two: Path) -> bool:
    a, b = require_weights(one), require_weights(two)
    if [p.name for p in a.paths] != [p.name for p in b.paths]:
        return False
    # Stops at the first difference, which in weights comes early.
    return all(filecmp.cmp(p, q, shallow=False) for p, q in zip(a.paths, b.paths, strict=True))


def _epoch(directory: Path, step: int) -> float:
    if step == 0:
        return 0.0
    saved = when_saved(directory)
    return saved[1] if saved else float("nan")


def _state(directory: Path) -> dict[str, Any]:
    try:
        state = json.loads((directory / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def _history(state: dict[str, Any]) -> tuple[HistoryRow, ...]:
    """The log as rows: training loss, development loss and error, merged by step."""
    log = state.get("log_history")
    rows: dict[int, dict[str, float]] = {}
    for entry in log if isinstance(log, list) else []:
        if not isinstance(entry, dict):
            continue
        step, epoch = _step(entry.get("step")), _number(entry.get("epoch"))
        if step is None or epoch is None:
            continue
        row = rows.setdefault(step, {"epoch": epoch})
        for name, value in _metrics(entry):
            row[name] = value
    return tuple(
        HistoryRow(step=step, **row)  # type: ignore[arg-type]
        for step, row in sorted(rows.items())
        if len(row) > 1
    )


def _metrics(entry: dict[str, Any]) -> Iterable[tuple[str, float]]:
    for key, name in (("loss", "train_loss"), ("eval_loss", "dev_loss")):
        if (value := _number(entry.get(key))) is not None:
            yield name, value
    if (accuracy := _number(entry.get("eval_accuracy"))) is not None and 0 <= accuracy <= 1:
        yield "dev_error", 1.0 - accuracy


def _step(value: Any) -> int | None:
    """A number of steps, if it is one that a file can hold."""
    return value if isinstance(value, int) and 0 <= value < 2**53 else None


def _number(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, int | float) else None
    except OverflowError:  # JSON's integers have any number of digits
        return None
