"""nngeom: ``plane_slice_2d`` with our two directions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from support.peer_problem import LogitsModel, Problem, Sampler, Surface, Tensors
from torch.nn import functional


def prepare(problem: Problem) -> Sampler:
    """One float64 vector of all parameters per point, copied into the model part by part."""
    import nngeom  # pyright: ignore[reportMissingImports]

    plane, labels = problem.plane, problem.all_labels

    def loss(module: LogitsModel, batches: list[torch.Tensor]) -> torch.Tensor:
        return functional.cross_entropy(module(batches), labels)

    model = nngeom.Model(problem.fresh_model(), loss_fn=loss)
    directions = [_flat(plane.first), _flat(plane.second)]

    def measure() -> Surface:
        found = nngeom.plane_slice_2d(
            model,
            problem.batches,
            span=problem.limit,
            steps=problem.points,
            directions=directions,
        )
        return Surface(found.losses, found.alphas, found.betas)

    return Sampler(measure, plane, 1)


def _flat(direction: Tensors) -> npt.NDArray[np.float64]:
    return np.concatenate([part.double().numpy().ravel() for part in direction])
