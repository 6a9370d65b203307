"""Specs from what was typed: what is wrong with one becomes one readable message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from landscape_gui.specs import UserError

T = TypeVar("T")


def checked(build: Callable[[], T]) -> T:
    """Build a spec; what pydantic finds wrong becomes one readable message."""
    try:
        return build()
    except ValidationError as error:
        # The two ranges and counts of a surface come from one option: said once is enough.
        problems = dict.fromkeys(_problem(problem) for problem in error.errors())
        raise UserError("; ".join(problems) + ".", "See --help for what can be asked.") from error


# Where a spec's field is not called like the option it comes from.
_OPTIONS = {
    "alpha_range": "range",
    "beta_range": "range",
    "alpha_points": "points",
    "beta_points": "points",
    "learning_rate": "lr",
    "name": "task",
    "train": "train-examples",
    "dev": "dev-examples",
    "color_map": "colors",
    "width_in": "width",
    "height_in": "height",
    "azimuth": "view",
    "elevation": "view",
}


def _problem(problem: ErrorDetails) -> str:
    said = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    fields = [part for part in problem["loc"] if isinstance(part, str)]
    if not fields:
        return said
    return f"--{_OPTIONS.get(fields[-1], fields[-1].replace('_', '-'))}: {said}"
