"""gradfield: ``model_loss_fn`` over ``sample_grid``; it takes no directions, but draws its own."""

from __future__ import annotations

import inspect

import torch
from support.peer_problem import Plane, Problem, Sampler, Surface
from torch.nn import functional


def prepare(problem: Problem) -> Sampler:
    """Random rows as long as the model's, drawn in a Python loop over the rows: part of the cost.

    ``scale`` makes a unit of its axes as long as our first direction. Its loss function takes one
    batch, here a list of batches.
    """
    import gradfield  # pyright: ignore[reportMissingImports]

    torch.manual_seed(0)
    scale = problem.length(problem.plane.first) / problem.length(problem.parameters())
    function = gradfield.model_loss_fn(
        problem.model,
        functional.cross_entropy,
        problem.batches,
        problem.all_labels,
        scale=scale,
    )
    # Only to check its values: nothing it returns tells the directions.
    drawn = inspect.getclosurevars(function).nonlocals
    directions = [[part * scale for part in drawn[f"direction{k}"]] for k in (1, 2)]
    ends = (-problem.limit, problem.limit)

    def measure() -> Surface:
        grid = gradfield.sample_grid(function, ends, ends, problem.points)
        return Surface(grid["Z"], grid["X"][0], grid["Y"][:, 0])

    return Sampler(measure, Plane(*directions), 1)
