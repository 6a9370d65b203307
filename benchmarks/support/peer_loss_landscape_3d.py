"""loss-landscape-3d: ``LossLandscapeCalculator.calculate`` with our two directions.

Batches are (inputs, labels): dictionaries, which is what Hugging Face loaders give, it skips, and
returns zeros.
"""

from __future__ import annotations

import numpy as np
from support.peer_problem import Problem, Sampler, Surface, Tensors
from torch import Tensor, nn


def prepare(problem: Problem) -> Sampler:
    """A new state dictionary per point, loaded with ``load_state_dict``."""
    from loss_landscape_3d import LossLandscapeCalculator  # pyright: ignore[reportMissingImports]

    model = problem.fresh_model()
    calculator = LossLandscapeCalculator(model, problem.loader, nn.CrossEntropyLoss())
    axis = np.linspace(-problem.limit, problem.limit, problem.points)
    centre = {name: value.clone() for name, value in model.state_dict().items()}
    names = [name for name, _ in model.named_parameters()]

    def as_dict(direction: Tensors) -> dict[str, Tensor]:
        return dict(zip(names, direction, strict=True))

    first, second = as_dict(problem.plane.first), as_dict(problem.plane.second)

    def measure() -> Surface:
        return Surface(calculator.calculate(axis, axis, first, second, centre).T, axis, axis)

    return Sampler(measure, problem.plane, len(problem.batches))
