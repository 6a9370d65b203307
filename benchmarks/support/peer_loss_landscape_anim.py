"""loss-landscape-anim: ``DimReduction`` and ``LossGrid`` with our two directions as custom ones.

The package draws an animation of a training; this is the part of it that measures the surface. The
whole call would also draw and save a GIF.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from typing import Any

import numpy as np
import torch
from support.peer_problem import Problem, Sampler, Surface, Tensors
from torch.nn import functional

_NAME = "loss_landscape_anim"
_MARGIN = 0.3  # by which its grid reaches beyond the path


def prepare(problem: Problem) -> Sampler:
    """Holds every weight vector of the grid at once, in float64, before the first is measured."""
    _without_torchvision()
    from loss_landscape_anim.loss_landscape import DimReduction, LossGrid  # pyright: ignore[reportMissingImports]
    from loss_landscape_anim.model import GenericModel  # pyright: ignore[reportMissingImports]

    class User(GenericModel):
        """A Lightning model as the package asks for, around the same wrapper."""

        def __init__(self) -> None:
            super().__init__(optimizer="adam", learning_rate=1e-3, num_classes=2)
            self.inner = problem.fresh_model().requires_grad_(False)

        def forward(self, inputs: list[torch.Tensor]) -> torch.Tensor:
            return self.inner(inputs)

        def loss_fn(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            return functional.cross_entropy(logits, labels)

    plane = problem.plane
    model = User().eval()
    centre = model.get_flat_params()
    first, second = _flat(plane.first), _flat(plane.second)
    length = problem.length(plane.first)
    # The grid is centred on the path's last point and reaches 1.3 times as far as its first: a path
    # from 4 / 1.3 units away makes it end at -4 units.
    reach = problem.limit / (1 + _MARGIN)
    path = (centre - reach * torch.from_numpy(first).float(), centre)
    half = problem.points // 2
    # Once, and not for every point.
    reduced: dict[str, Any] = DimReduction(path, "custom", (first, second), seed=0).reduce()

    def measure() -> Surface:
        grid = LossGrid(
            path,
            model,
            (problem.batches, problem.all_labels),
            reduced["path_2d"],
            reduced["reduced_dirs"],
            res=half,
            save_grid=False,
            tqdm_disable=True,
        )
        step = np.hypot(*(reduced["path_2d"][-1] - reduced["path_2d"][0])) * (1 + _MARGIN)
        axis = np.arange(-half, half) * step / half / length
        return Surface(grid.loss_values_2d, axis, axis)

    return Sampler(measure, plane, 1, bytes_per_point=8 * len(centre))


def _flat(direction: Tensors) -> Any:
    return np.concatenate([part.double().numpy().ravel() for part in direction])


def _without_torchvision() -> None:
    """Let its modules be imported where torchvision, wanted for a sample data set only, is not."""
    if _NAME in sys.modules or importlib.util.find_spec("torchvision") is not None:
        return
    found = importlib.util.find_spec(_NAME)
    if found is not None and found.submodule_search_locations is not None:
        package = types.ModuleType(_NAME)
        package.__path__ = list(found.submodule_search_locations)
        sys.modules[_NAME] = package
