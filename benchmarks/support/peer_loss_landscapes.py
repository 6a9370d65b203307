"""loss-landscapes: ``planar_interpolation`` between three corners of our plane."""

from __future__ import annotations

import numpy as np
import torch
from support.peer_problem import LogitsModel, Problem, Sampler, Surface
from torch.nn import functional


def prepare(problem: Problem) -> Sampler:
    """In-place steps from point to point; its metric takes one batch, here a list of batches.

    The result is documented as value[i, j] = f(start + i · dir_one + j · dir_two), with steps that
    stop one short of the ends. Without ``deepcopy_model`` the user's model would be left displaced.
    """
    import loss_landscapes  # pyright: ignore[reportMissingImports]
    from loss_landscapes.metrics import Loss  # pyright: ignore[reportMissingImports]

    limit, steps = problem.limit, problem.points - 1
    corners = [
        _placed(problem, -limit, -limit),
        _placed(problem, limit, -limit),
        _placed(problem, -limit, limit),
    ]
    metric = Loss(functional.cross_entropy, problem.batches, problem.all_labels)  # type: ignore[arg-type]

    def measure() -> Surface:
        with torch.no_grad():
            found = loss_landscapes.planar_interpolation(
                *corners, metric=metric, steps=steps, deepcopy_model=True
            )
        axis = -limit + 2 * limit * np.arange(steps) / steps
        return Surface(found.T, axis, axis)

    return Sampler(measure, problem.plane, 1)


@torch.no_grad()
def _placed(problem: Problem, alpha: float, beta: float) -> LogitsModel:
    model = problem.fresh_model()
    moves = zip(model.parameters(), problem.plane.first, problem.plane.second, strict=True)
    for parameter, one, two in moves:
        parameter.add_(one, alpha=alpha).add_(two, alpha=beta)
    return model
