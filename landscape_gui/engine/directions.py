"""Second axes of a plane: another run's direction, a random one, a principal component."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from landscape_gui.engine.layout import Reader
from landscape_gui.engine.weights import FlatWeights


@torch.no_grad()
def other_run_direction(weights: FlatWeights, end: Reader) -> torch.Tensor:
    """δ2 = θ2 − θ0, before rescaling (Hao et al. 2019, §3.2)."""
    flat = weights.empty()
    return weights.layout.read_into(flat, end).sub_(weights.start)


@torch.no_grad()
def random_direction(weights: FlatWeights, seed: int) -> torch.Tensor:
    """A Gaussian direction with the norms of θ1's filters (Li et al. 2018, §4), before rescaling.

    A filter is a row of a matrix (one output unit, one embedding). Vectors (biases and
    normalisation weights) stay where they are, as in Li et al.'s own experiments. Drawn on the
    CPU, so that a seed means the same direction on every device.
    """
    generator = torch.Generator().manual_seed(seed)
    flat = weights.empty().zero_()
    layout = weights.layout
    for name in layout.names:
        target, rows = layout.view(weights.end, name), layout.view(flat, name)
        if target.dim() < 2:
            continue
        if rows.device.type == "cpu":
            rows.normal_(generator=generator)
        else:
            rows.copy_(torch.randn(target.shape, generator=generator))
        rows, wanted = rows.flatten(1), target.flatten(1).norm(dim=1, keepdim=True)
        rows.mul_(wanted / rows.norm(dim=1, keepdim=True).clamp_min(1e-12))
    return flat


@torch.no_grad()
def filter_ratio(
    weights: FlatWeights, *, axis2: bool = False, names: Sequence[str] | None = None
) -> float:
    """How far δ1, or axis 2, moves a filter, as a share of its norm: root mean square of them.

    A random direction that is filter-normalised (Li et al. 2018, §4) moves every filter by its
    whole norm, so that one unit of it has a ratio of 1. Multiplying α by the ratio of δ1 thus
    gives steps along δ1 in units of filter-normalised directions, which scaling filters against
    each other does not change. Filters are those of ``random_direction``; those of norm 0 are
    left out. NaN if there is none.

    Parameters
    ----------
    axis2
        Take the second axis as it is drawn instead of δ1.
    names
        Take these parameters only.
    """
    layout = weights.layout
    total, count = 0.0, 0
    for name in layout.names if names is None else names:
        end = layout.view(weights.end, name)
        if end.dim() < 2:
            continue
        if axis2:
            assert weights.axis2 is not None
            change = layout.view(weights.axis2, name)
        else:
            change = end.sub(layout.view(weights.start, name))
        norms = end.flatten(1).norm(dim=1).double()
        moved = change.flatten(1).norm(dim=1).double()
        kept = norms > 0
        total += float((moved[kept] / norms[kept]).square().sum())
        count += int(kept.sum())
    return math.sqrt(total / count) if count else math.nan


@torch.no_grad()
def combined_direction(
    weights: FlatWeights, checkpoints: Sequence[Reader], factors: npt.NDArray[np.float64]
) -> torch.Tensor:
    """Σ factors[i] · δi, a chunk of one checkpoint in memory at a time."""
    flat = weights.empty().zero_()
    layout, start = weights.layout, weights.start
    for reader, factor in zip(checkpoints, factors, strict=True):
        for names, _ in layout.chunks():
            tensors = reader(names)
            for name in names:
                origin = layout.view(start, name)
                delta = tensors[name].to(origin.device).sub(origin)
                layout.view(flat, name).add_(delta, alpha=float(factor))
    return flat
