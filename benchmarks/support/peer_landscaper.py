"""landscaper: ``compute_loss_landscape`` along our directions, which it rescales in its way."""

from __future__ import annotations

import math

import numpy as np
import torch
from support.peer_problem import LogitsModel, Plane, Problem, Sampler, Surface, Tensors
from torch.nn import functional


def prepare(problem: Problem) -> Sampler:
    """Clones the model at every point and walks to it in whole steps from the centre.

    The walk is longer on a larger lattice, so extrapolating from a small one is in its favour.
    It replaces its highest values by others with noise.
    """
    from landscaper.compute import compute_loss_landscape  # pyright: ignore[reportMissingImports]

    model, labels = problem.fresh_model(), problem.all_labels
    origin = problem.parameters()
    distance = problem.limit * problem.length(problem.plane.first) / problem.length(origin)
    steps = problem.points

    def loss(module: LogitsModel, batches: list[torch.Tensor]) -> float:
        return functional.cross_entropy(module(batches), labels).item()

    def measure() -> Surface:
        values, _ = compute_loss_landscape(
            model,
            problem.batches,  # type: ignore[arg-type]
            [problem.plane.first, problem.plane.second],  # type: ignore[arg-type]
            loss,
            steps=steps,
            distance=distance,
            dim=2,
            device="cpu",
        )
        axis = np.arange(steps, dtype=np.float64) - steps // 2
        return Surface(np.asarray(values).T, axis, axis)

    length = problem.length(origin) * distance / (steps / 2)
    directions = (problem.plane.first, problem.plane.second)
    return Sampler(measure, Plane(*(_rescaled(problem, d, length) for d in directions)), 1)


def _rescaled(problem: Problem, direction: Tensors, length: float) -> Tensors:
    """One of its steps: every tensor brought to a norm of √its size, the whole to ``length``."""
    parts = [part * (math.sqrt(part.numel()) / (float(part.norm()) + 1e-10)) for part in direction]
    whole = problem.length(parts)
    return [part * (length / whole) for part in parts]
