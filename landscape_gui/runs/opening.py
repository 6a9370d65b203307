"""Opens training runs: our own, the Trainer's, single fine-tuned models, and adopted ones."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from landscape_gui.paths import expanded
from landscape_gui.runs.architecture import (
    Skeleton,
    has_tokenizer,
    parameters_through_transformers,
    read_config,
    skeleton,
)
from landscape_gui.runs.hub import resolve_model
from landscape_gui.runs.layer_groups import is_embedding, layer_count
from landscape_gui.runs.run import Checkpoint, Run
from landscape_gui.runs.run_file import (
    CheckpointEntry,
    RunFile,
    read_run_file,
    to_history,
    write_run_file,
)
from landscape_gui.runs.trainer_output import TrainerOutput, scan_output, when_saved
from landscape_gui.runs.weight_files import locate, require_weights
from landscape_gui.specs import TaskSpec, UserError

_UNNAMED = re.compile(r"^LABEL_\d+$")
_BASE_HINT = (
    "Name the model that training began from as the base of this run (--base, or --other-base "
    "for the second run): a directory, or its name on the Hub."
)


@dataclass(frozen=True)
class RunOutline:
    """What can be told of a run at a glance; ``message`` says in words what is missing.

    ``multiplied``: how many of the parameters are not the embeddings'.
    """

    path: Path
    name: str
    model: str
    init: str
    task: str | None
    layer_count: int
    checkpoints: int
    needs_base: bool
    needs_task: bool
    message: str
    parameters: int = 0
    multiplied: int = 0


def open_run(path: Path, base: Path | None = None, task: TaskSpec | None = None) -> Run:
    """Open a training run.

    Parameters
    ----------
    path
        A run directory of ours; a Trainer's output directory; or one fine-tuned model.
    base
        The model that training began from (a directory, or its name on the Hub), where the run
        does not hold its own start point.
    task
        Overrides what the run says of its task.

    Raises
    ------
    UserError
        If there is no run, its start point is missing, its checkpoints do not belong together,
        or its end point has no head.
    """
    path = expanded(path).resolve()
    if content := read_run_file(path):
        return _open_ours(path, content, task)
    return _open_foreign(path, scan_output(path), base, task)


def describe(path: Path, base: Path | None = None, task: TaskSpec | None = None) -> RunOutline:
    """What is known of a run directory, without demanding that it be complete.

    Raises
    ------
    UserError
        If there is no such directory, or no run in it.
    """
    path = expanded(path).resolve()
    content = read_run_file(path)
    if content:
        checkpoints = _entries(path, content)
        model, init = content.model, content.init
        named = task or content.task
        needs_base = False
        too_few = len(checkpoints) < 2
    else:
        output = scan_output(path)
        checkpoints = output.checkpoints
        model, init = str(base or _origin_of(checkpoints[-1].path)), "unknown"
        named = task
        needs_base = not output.has_start and base is None
        too_few = output.has_start and len(checkpoints) < 2
    shapes = require_weights(checkpoints[-1].path).shapes() if checkpoints else {}
    layers = layer_count(shapes)
    wanting = []
    if too_few:
        wanting.append("It has no finished epoch yet: train it again to continue.")
    if needs_base:
        wanting.append("It does not hold the model that training began from: name it.")
    if named is None:
        wanting.append("Nothing says which task it was trained on: name the task and its data.")
    return RunOutline(
        path=path,
        name=_name(path),
        model=model,
        init="pretrained" if base and not content else init,
        task=named.label if named else None,
        layer_count=layers,
        checkpoints=len(checkpoints),
        needs_base=needs_base,
        needs_task=named is None,
        message=" ".join(wanting),
        parameters=sum(math.prod(shape) for shape in shapes.values()),
        multiplied=sum(math.prod(s) for name, s in shapes.items() if not is_embedding(name)),
    )


def adopt(checkpoints: Sequence[Path], base: Path, task: TaskSpec | None, out: Path) -> Run:
    """Make one run of fine-tuned models that lie in directories of their own.

    Nothing is copied: ``out`` gets a ``run.json`` that names the directories.

    Parameters
    ----------
    checkpoints
        Fine-tuned models in the order of training; the last is θ1.
    base
        θ0's directory, or its name on the Hub.
    out
        A new directory, or an empty one.

    Raises
    ------
    UserError
        If the checkpoints do not belong together or ``out`` already holds something.
    """
    if not checkpoints:
        raise UserError("There are no checkpoints to adopt.", "Name at least one directory.")
    out = expanded(out).resolve()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} already exists and is not empty.", "Choose a new directory.")
    start = resolve_model(base)
    members = [Checkpoint(start, 0, 0.0)]
    for number, path in enumerate(checkpoints, start=1):
        directory = expanded(path).resolve()
        require_weights(directory)
        step, epoch = when_saved(directory) or (number, float(number))
        if step <= members[-1].step:
            step, epoch = members[-1].step + 1, max(epoch, members[-1].epoch)
        members.append(Checkpoint(directory, step, epoch))
    run = _assemble(
        out,
        str(base),
        "pretrained",
        members,
        task,
        pretrained=start,
        details={"kind": "adopted", "ignored": []},
    )
    content = RunFile(
        kind="adopted",
        status="complete",
        model=str(base),
        init="pretrained",
        task=task,
        labels=run.labels,
        newly_initialised=run.newly_initialised,
        checkpoints=tuple(
            CheckpointEntry(path=str(c.path), step=c.step, epoch=c.epoch) for c in members
        ),
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_run_file(out, content)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "Choose another.") from error
    return run


def require_end_point(end: Path, lacking: frozenset[str]) -> None:
    """Refuse an end point that lacks parameters.

    Raises
    ------
    UserError
        Naming the first of them.
    """
    if lacking:
        raise UserError(
            f"{end} is not a fine-tuned classifier: it lacks {', '.join(sorted(lacking)[:4])}.",
            "The end point of a run needs its trained head: give the directory that was saved "
            "after fine-tuning with AutoModelForSequenceClassification.",
        )


def run_of(path: Path, content: RunFile, task: TaskSpec | None = None) -> Run:
    """A run as its ``run.json`` describes it, however far its training has come."""
    listed = _entries(path, content)
    known = {checkpoint.path.name for checkpoint in listed}
    strays = (
        sorted(entry.name for entry in path.glob("checkpoint-*") if entry.name not in known)
        if content.kind == "trained"
        else []
    )
    return Run(
        path=path,
        name=path.name,
        model=content.model,
        init=content.init,
        checkpoints=listed,
        task=task or content.task,
        labels=content.labels,
        history=to_history(content.history),
        newly_initialised=content.newly_initialised,
        details={
            "kind": content.kind,
            "status": content.status,
            "spec": content.spec,
            "settings": content.settings,
            "versions": content.versions,
            "tokenizer": _tokenizer_of([c.path for c in reversed(listed)]),
            "ignored": [f"{name}: not completed" for name in strays],
        },
    )


def _entries(path: Path, content: RunFile) -> tuple[Checkpoint, ...]:
    return tuple(
        Checkpoint(path / entry.path, entry.step, entry.epoch) for entry in content.checkpoints
    )


def _open_ours(path: Path, content: RunFile, task: TaskSpec | None) -> Run:
    run = run_of(path, content, task)
    if len(run.checkpoints) < 2:
        raise UserError(
            f"{path} has no finished epoch yet.", "Train it again with the same options to go on."
        )
    for checkpoint in run.checkpoints:
        require_weights(checkpoint.path)
    frame = skeleton(run.checkpoints[-1].path)
    _check_end(run.checkpoints[-1].path, frame)
    _check_shapes(run.checkpoints, frame)
    return run


def _open_foreign(
    path: Path, output: TrainerOutput, base: Path | None, task: TaskSpec | None
) -> Run:
    members = list(output.checkpoints)
    start = resolve_model(base) if base is not None else None
    if not output.has_start:
        if start is None:
            raise UserError(
                f"{path} does not hold the model that training began from (θ0).",
                _BASE_HINT + _told_origin(members[-1].path),
            )
        members.insert(0, Checkpoint(start, 0, 0.0))
    if len(members) < 2:
        raise UserError(f"{path} holds nothing but a start point.", "Give a finished training.")
    run = _assemble(
        path,
        str(base) if base is not None else _origin_of(members[-1].path),
        "pretrained" if start is not None else "unknown",
        members,
        task,
        pretrained=start,
        details={"kind": "single" if output.single else "trainer", "ignored": [*output.ignored]},
    )
    return replace(run, history=to_history(output.history))


def _assemble(
    path: Path,
    model: str,
    init: str,
    members: Sequence[Checkpoint],
    task: TaskSpec | None,
    pretrained: Path | None,
    details: dict[str, Any],
) -> Run:
    """Check that checkpoints belong together and find out what of them is new."""
    end = members[-1].path
    frame = skeleton(end)
    _check_end(end, frame)
    for member in members[:-1]:
        kind = read_config(member.path).get("model_type")
        if kind != frame.model_type:
            raise UserError(
                f"{member.path} is another architecture ({kind}) than {end} ({frame.model_type}).",
                "All checkpoints of a run, its base included, must be of the same architecture.",
            )
    _check_shapes(members, frame)
    fresh = _lacking(pretrained or members[0].path, frame)
    places = [m.path for m in reversed(members[1:])] + [path, members[0].path]
    return Run(
        path=path,
        name=_name(path),
        model=model,
        init=init,
        checkpoints=tuple(members),
        task=task,
        labels=_labels(frame, task),
        history=to_history(()),
        newly_initialised=tuple(
            name for name in frame.shapes if name in fresh or not name.startswith(frame.prefix)
        ),
        details={**details, "tokenizer": _tokenizer_of(places)},
    )


def _check_end(end: Path, frame: Skeleton) -> None:
    stored = locate(require_weights(end).shapes(), tuple(frame.shapes))
    if len(stored) == len(frame.shapes):
        return
    # Other names than the classifier's do not mean that parameters are missing.
    require_end_point(end, _lacking_through_transformers(end, frame))


def _check_shapes(members: Sequence[Checkpoint], frame: Skeleton) -> None:
    end = members[-1].path
    for member in members:
        shapes = require_weights(member.path).shapes()
        for name, place in locate(shapes, frame.encoder).items():
            if shapes[place] != frame.shapes[name]:
                raise UserError(
                    f"Parameter {name} has shape {shapes[place]} in {member.path} but "
                    f"{frame.shapes[name]} in {end}.",
                    "All checkpoints of a run, its base included, must be of the same "
                    "architecture and vocabulary.",
                )


def _lacking(start: Path, frame: Skeleton) -> frozenset[str]:
    """Encoder parameters that a start point does not hold.

    Raises
    ------
    UserError
        If it lacks parts of its layers: then it is no start point of this model.
    """
    stored = locate(require_weights(start).shapes(), frame.encoder)
    lacking = frozenset(frame.encoder) - stored.keys()
    if any("pooler" not in name for name in lacking):
        lacking = _lacking_through_transformers(start, frame) & frozenset(frame.encoder)
    if real := sorted(name for name in lacking if "pooler" not in name):
        raise UserError(
            f"{start} lacks encoder parameters of this model, e.g. {real[0]}.",
            "Give the very model that training began from as the base.",
        )
    return lacking


def _lacking_through_transformers(directory: Path, frame: Skeleton) -> frozenset[str]:
    """Parameters of the classifier that a checkpoint lacks under any name transformers knows."""
    files = require_weights(directory)
    written = max(path.stat().st_mtime_ns for path in files.paths)
    parameters, lacking = parameters_through_transformers(directory, written)
    return lacking | (frame.shapes.keys() - parameters.keys())


def _labels(frame: Skeleton, task: TaskSpec | None) -> tuple[str, ...]:
    if not all(_UNNAMED.match(label) for label in frame.labels):
        return frame.labels
    if task and len(task.labels) == len(frame.labels):
        return task.labels
    return tuple(str(index) for index in range(len(frame.labels)))


def _tokenizer_of(places: Sequence[Path]) -> str | None:
    return next((str(place) for place in places if has_tokenizer(place)), None)


def _origin_of(end: Path) -> str:
    origin = read_config(end).get("_name_or_path")
    return origin if isinstance(origin, str) and origin else "unknown"


def _told_origin(end: Path) -> str:
    origin = _origin_of(end)
    return "" if origin == "unknown" else f" Its configuration names {origin}."


def _name(path: Path) -> str:
    """The directory's name, with its parent's where it is one checkpoint of many."""
    return (
        f"{path.parent.name}-{path.name}" if re.match(r"checkpoint-\d+$", path.name) else path.name
    )
