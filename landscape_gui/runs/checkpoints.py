"""A training run on disk: its checkpoints, its parameters by name, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape_gui.runs.architecture import (
    load_classifier,
    load_tokenizer,
    parameters_through_transformers,
    read_config,
)
from landscape_gui.runs.opening import RunOutline, adopt, describe, open_run, require_end_point
from landscape_gui.runs.run import Checkpoint, Run
from landscape_gui.runs.weight_files import locate, require_weights
from landscape_gui.specs import UserError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

__all__ = [
    "Checkpoint",
    "Run",
    "RunOutline",
    "adopt",
    "check_same_start",
    "describe",
    "load_model",
    "moving_names",
    "open_run",
    "read_parameters",
    "weights_sha256",
]

# Parameters compared at once, so that two start points need not be in memory together.
_CHUNK = 16


def weights_sha256(checkpoint: Path) -> str:
    """SHA-256 over the names and contents of a checkpoint's weight files.

    Raises
    ------
    UserError
        If the directory holds no weights.
    """
    return require_weights(checkpoint).sha256()


def load_model(run: Run) -> PreTrainedModel:
    """θ1 with its head: float32, on the CPU, dropout off.

    Raises
    ------
    UserError
        If the end point lacks its head or a part of its encoder.
    """
    end = run.checkpoints[-1].path
    # How a configuration wants outputs and memory handled is no property of the function that is
    # measured: outputs have names, and any number of tokens is computed at once.
    model, lacking = load_classifier(end, return_dict=True, chunk_size_feed_forward=0)
    require_end_point(end, lacking)
    _mend_padding(model.config)
    return model.eval()


def _mend_padding(config: Any) -> None:
    """Pad with token 0 where the configured token is none: what pads is masked, but looked up.

    Only once the model is built: some count positions from the configured number on.
    """
    padding, size = getattr(config, "pad_token_id", None), getattr(config, "vocab_size", None)
    if padding is not None and (padding < 0 or (size is not None and padding >= size)):
        config.pad_token_id = 0


def moving_names(run: Run, model: torch.nn.Module) -> tuple[str, ...]:
    """The encoder parameters that move, in the order of ``model.named_parameters()``.

    The head never moves, nor what θ0 had not been given by pre-training (METHOD.md, "Symbols");
    the pooler moves where it is pre-trained, and in runs from scratch. Tied parameters appear
    once.
    """
    prefix = f"{model.base_model_prefix}."
    fixed = set(run.newly_initialised)
    return tuple(
        name
        for name, _ in model.named_parameters()
        if name.startswith(prefix) and name not in fixed
    )


def read_parameters(run: Run, index: int, names: Sequence[str]) -> dict[str, torch.Tensor]:
    """Parameters of one checkpoint in float32 on the CPU, by the classifier's names.

    Parameters
    ----------
    index
        Place in ``run.checkpoints``; 0 is θ0.
    names
        As in the fine-tuned model's ``named_parameters()``, e.g.
        ``bert.encoder.layer.0.output.dense.weight``, whatever the checkpoint calls them.

    Raises
    ------
    UserError
        If the checkpoint is damaged or lacks a parameter.
    """
    return _read(run.checkpoints[index].path, names)


def _read(directory: Path, names: Sequence[str]) -> dict[str, torch.Tensor]:
    import torch

    files = require_weights(directory)
    stored = locate(files.shapes(), names)
    if len(stored) == len(set(names)):
        tensors = files.read(stored.values())
        found = {name: tensors[stored[name]] for name in names}
    else:
        written = max(path.stat().st_mtime_ns for path in files.paths)
        parameters, lacking = parameters_through_transformers(directory, written)
        for name in names:
            if name in lacking or name not in parameters:
                raise UserError(
                    f"{directory} does not hold parameter {name}.",
                    "All checkpoints of a run must be of the same architecture.",
                )
        found = {name: parameters[name] for name in names}
    return {name: value.to(torch.float32).contiguous() for name, value in found.items()}


def check_same_start(run: Run, other: Run, names: Sequence[str]) -> None:
    """Check that another run can give axis 2: same architecture, tokenizer and θ0 (Eq. 2).

    Parameters
    ----------
    names
        The parameters that move in ``run``.

    Raises
    ------
    UserError
        Naming the first thing that differs.
    """
    mine, theirs = run.checkpoints[0].path, other.checkpoints[0].path
    end, other_end = run.checkpoints[-1].path, other.checkpoints[-1].path
    hint = "The second axis needs another task trained from the same start point."
    kinds = [str(read_config(path).get("model_type")) for path in (end, other_end)]
    if kinds[0] != kinds[1]:
        raise UserError(
            f"{run.name} and {other.name} are different models: {kinds[0]} and {kinds[1]}.", hint
        )
    _check_same_shapes(run, other, names, hint)
    _check_same_vocabulary(run, other)
    if mine.resolve() == theirs.resolve() or weights_sha256(mine) == weights_sha256(theirs):
        return
    import torch

    for first in range(0, len(names), _CHUNK):
        part = names[first : first + _CHUNK]
        a, b = read_parameters(run, 0, part), read_parameters(other, 0, part)
        for name in part:
            if not torch.equal(a[name], b[name]):
                raise UserError(
                    f"{run.name} and {other.name} do not start from the same point: {name} "
                    f"differs between {mine} and {theirs}.",
                    hint,
                )


def _check_same_shapes(run: Run, other: Run, names: Sequence[str], hint: str) -> None:
    stored = [require_weights(r.checkpoints[-1].path).shapes() for r in (run, other)]
    places = [locate(shapes, names) for shapes in stored]
    for name in names:
        if name not in places[0] or name not in places[1]:
            continue
        a, b = (shapes[place[name]] for shapes, place in zip(stored, places, strict=True))
        if a != b:
            raise UserError(
                f"{run.name} and {other.name} are models of different sizes: {name} has shape "
                f"{a} in one and {b} in the other.",
                hint,
            )


def _check_same_vocabulary(run: Run, other: Run) -> None:
    paths = [Path(r.details["tokenizer"]) for r in (run, other) if r.details.get("tokenizer")]
    if len(paths) < 2:
        return
    one, two = (load_tokenizer(path).get_vocab() for path in paths)
    if one != two:
        raise UserError(
            f"{run.name} and {other.name} use different tokenizers: their vocabularies differ.",
            "The same token must mean the same row of the embeddings in both runs.",
        )
