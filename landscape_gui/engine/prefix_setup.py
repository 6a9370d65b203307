"""Finds out how much of a model lies below the parameters that move, and checks it by trying.

Names say which layers move; whether the rest of the model keeps still, and whether its layers can
be passed over, is tried: the moving parameters are shaken, and the logits compared.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import torch

from landscape_gui.engine.layer_stacks import layer_stacks
from landscape_gui.engine.objective import Forward, Objective
from landscape_gui.engine.packing import Batch
from landscape_gui.engine.prefix import PrefixForward, tensors_of
from landscape_gui.engine.recording import recorded
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.runs.layer_groups import is_embedding, layer_of

# Relative to the largest logit.
TOLERANCE = 1e-6

# Examples that are tried, and how far the parameters are shaken: as far as they are spread when
# a transformer is initialised.
_EXAMPLES = 8
_SHAKE = 0.02

_NOT_CALLED = "its layers are not called as modules"


def start_above_prefix(
    weights: FlatWeights, objective: Objective, notices: list[str], limit: int | None = None
) -> None:
    """Let the objective start each batch at the first layer that moves, if that can be done.

    Where a layer lies below the moving ones and cannot be passed over, the objective goes on
    computing the whole model, and a notice says so. The module is left as it was.

    Parameters
    ----------
    limit
        Bytes that may be kept, as for ``PrefixForward``.
    """
    stacks = layer_stacks(objective.module)
    wanted = still_layers(weights.layout.names, len(stacks[0]) if stacks else 0)
    if stacks and wanted == 0:
        return  # The embeddings or the first layer move: the whole model is the group's.
    if len(stacks) != 1:
        reason = "several stacks of layers" if stacks else "no list of layers"
        notices.append(_fallback(f"the model has {reason}"))
        return
    plain, below = objective.forward, stacks[0][:wanted]
    with weights.displaced(), torch.inference_mode():
        still, trouble = _try(plain, below, objective.trials(_EXAMPLES), weights, objective.module)
    if trouble:
        notices.append(_fallback(trouble))
    else:
        objective.forward = PrefixForward(plain, below[:still], limit, notices)


def still_layers(names: Sequence[str], layers: int) -> int:
    """How many layers come before the first of the named parameters, by their names."""
    if any(is_embedding(name) for name in names):
        return 0
    return min((k for name in names if (k := layer_of(name)) is not None), default=layers)


def _try(
    plain: Forward,
    below: Sequence[torch.nn.Module],
    batches: Sequence[Batch],
    weights: FlatWeights,
    module: torch.nn.Module,
) -> tuple[int, str]:
    """How many of the layers below can be passed over, or else what keeps them from it.

    Leaves the moving parameters displaced.
    """
    try:
        before = [_computed(plain, below, batch) for batch in batches]
        _shake(module, weights.layout.names)
        after = [_computed(plain, below, batch) for batch in batches]
        if not all(bool(logits.isfinite().all()) for logits, _ in (*before, *after)):
            return 0, "its logits are not finite"
        still = min(
            _unchanged(outputs, moved)
            for (_, outputs), (_, moved) in zip(before, after, strict=True)
        )
    except TypeError as error:
        return 0, str(error)
    if still == 0:
        called = any(outputs for _, outputs in before)
        return 0, "what moves is at work in the first layer already" if called else _NOT_CALLED
    for batch, (_, outputs), (logits, _) in zip(batches, before, after, strict=True):
        if trouble := _trouble(plain, below[:still], batch, outputs[still - 1], logits):
            return still, trouble
    return still, ""


def _computed(
    plain: Forward, below: Sequence[torch.nn.Module], batch: Batch
) -> tuple[torch.Tensor, dict[int, Any]]:
    """The logits of a batch, and what each of the layers below put out."""
    with recorded(below) as outputs:
        return plain(batch), outputs


def _shake(module: torch.nn.Module, names: Sequence[str]) -> None:
    """Move every named parameter at random, so that no normalisation can undo it."""
    parameters = dict(module.named_parameters())
    device = parameters[names[0]].device
    random = torch.Generator(device).manual_seed(0)
    for name in names:
        values = parameters[name].data
        noise = torch.randn(values.shape, generator=random, device=device, dtype=values.dtype)
        values.add_(noise, alpha=_SHAKE)


def _unchanged(before: dict[int, Any], after: dict[int, Any]) -> int:
    """How many layers, from the first on, put out the same both times."""
    count = 0
    while count in before and count in after:
        pairs = tensors_of(before[count]), tensors_of(after[count])
        if len(pairs[0]) != len(pairs[1]) or not all(
            torch.equal(a, b) for a, b in zip(*pairs, strict=True)
        ):
            break
        count += 1
    return count


def _trouble(
    plain: Forward,
    below: Sequence[torch.nn.Module],
    batch: Batch,
    output: Any,
    expected: torch.Tensor,
) -> str:
    """What is wrong with the logits above the kept output; nothing if they are as expected."""
    forward = PrefixForward(plain, below, limit=sys.maxsize)
    forward.keep(batch, output)
    # Twice: a model may change in place what it is given.
    for _ in range(2):
        try:
            found = forward(batch)
        except (torch.OutOfMemoryError, MemoryError):
            raise
        except Exception as error:
            # A model of any make may miss anything of what its layers leave behind.
            return f"its layers cannot be passed over ({type(error).__name__})"
        scale = float(expected.abs().max())
        if not torch.allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * scale):
            return "its logits differ where layers are passed over"
    return ""


def _fallback(reason: str) -> str:
    return f"Every point computes the whole model, not only from the group's layers on: {reason}."
