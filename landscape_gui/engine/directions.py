"""Second axes of a plane: another run's direction, a random one, a principal component."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from landscape_gui.engine.weights import FlatWeights, Reader


@torch.no_grad()
def other_run_direction(weights: FlatWeights, end: Reader) -> torch.Tensor:
    """δ2 = θ2 − θ0, before rescaling (Hao et al. 2019, §3.2)."""
    return weights.layout.read_into(weights.empty(), end).sub_(weights.start)


@torch.no_grad()
def random_direction(weights: FlatWeights, seed: int) -> torch.Tensor:
    """A Gaussian direction with the norms of θ1's filters (Li et al. 2018, §4), before rescaling.

    A filter is a row of a matrix (one output unit, one embedding). Vectors (biases and
    normalisation weights) stay where they are, as in Li et al.'s own experiments. Drawn on the
    CPU, so that a seed means the same direction on every device.
    """
    generator = torch.Generator().manual_seed(seed)
    flat = torch.zeros_like(weights.end)
    layout = weights.layout
    for name in layout.names:
        target = layout.view(weights.end, name)
        if target.dim() < 2:
            continue
        noise = torch.randn(target.shape, generator=generator).to(target.device)
        rows, wanted = noise.flatten(1), target.flatten(1).norm(dim=1, keepdim=True)
        rows.mul_(wanted / rows.norm(dim=1, keepdim=True).clamp_min(1e-12))
        layout.view(flat, name).copy_(rows.view(target.shape))
    return flat


@torch.no_grad()
def combined_direction(
    weights: FlatWeights, checkpoints: Sequence[Reader], factors: npt.NDArray[np.float64]
) -> torch.Tensor:
    """Σ factors[i] · δi, one checkpoint in memory at a time."""
    flat, delta = torch.zeros_like(weights.end), weights.empty()
    for reader, factor in zip(checkpoints, factors, strict=True):
        delta = weights.layout.read_into(delta, reader).sub_(weights.start)
        flat.add_(delta, alpha=float(factor))
    return flat
