"""The task that every package gets: one model, one set of examples, one plane, one lattice.

Nothing of the engine is used here: the model is what transformers loads, and ``reference`` is a
plain evaluation of it, which every package and our own result are compared with.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from landscape_gui.runs.tasks import TokenizedExamples

Tensors: TypeAlias = list[torch.Tensor]
BATCH = 32
LIMIT = 4.0


class Clock:
    """When each call of a model ended: wall and CPU seconds. Copies of the model share it."""

    def __init__(self) -> None:
        self.ends: list[tuple[float, float]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> Clock:
        return self

    def note(self) -> None:
        self.ends.append((time.perf_counter(), time.process_time()))


class LogitsModel(torch.nn.Module):
    """The wrapper that a user writes: one tensor in (or a list of batches), logits out.

    The packages hand on one tensor per batch, and a Hugging Face model takes two or three, so they
    travel as one int64[batch, rows, length].
    """

    def __init__(self, model: torch.nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.names = tuple(names)
        self.clock = Clock()

    def forward(self, inputs: torch.Tensor | list[torch.Tensor]) -> torch.Tensor:
        batches = inputs if isinstance(inputs, list) else [inputs]
        logits = [
            self.model(**dict(zip(self.names, batch.unbind(1), strict=True))).logits
            for batch in batches
        ]
        self.clock.note()
        return logits[0] if len(logits) == 1 else torch.cat(logits)


@dataclass(frozen=True, eq=False)
class Plane:
    """Two directions in the order of the model's parameters; zero where nothing moves."""

    first: Tensors
    second: Tensors


@dataclass(frozen=True, eq=False)
class Surface:
    """What a package measured: ``values[j, i]`` at (``alpha[i]``, ``beta[j]``) of its plane.

    The coordinates are those that the package's documentation gives its results.
    """

    values: npt.NDArray[np.float64]
    alpha: npt.NDArray[np.float64]
    beta: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sampler:
    """A package, ready to measure a small lattice.

    Attributes
    ----------
    measure
        Runs the package's own loop over its lattice once.
    plane
        What its coordinates refer to.
    calls
        Calls of the model per point.
    bytes_per_point
        Memory that it holds for every point of the lattice, before the first is measured.
    """

    measure: Callable[[], Surface]
    plane: Plane
    calls: int
    bytes_per_point: int = 0


@dataclass(eq=False)
class Problem:
    """Model, examples, plane and lattice, in the forms that the packages take.

    Attributes
    ----------
    model
        The centre of the plane: θ0 with the head of θ1.
    plane
        δ1 = θ1 − θ0, and δ2 scaled to the same norm.
    batches, labels
        The examples in batches of 32, padded, as one tensor each.
    limit
        The lattice spans [−limit, limit] of both axes.
    points
        Per axis of the small lattice that the packages measure: odd, so that it has a centre.
    """

    model: LogitsModel
    plane: Plane
    batches: list[torch.Tensor]
    labels: list[torch.Tensor]
    scratch: Path
    limit: float = LIMIT
    points: int = 3
    _known: dict[tuple[int, float, float], float] = field(default_factory=dict)

    @property
    def loader(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """(inputs, labels) per batch, already collated: what an ideal DataLoader would cost."""
        return list(zip(self.batches, self.labels, strict=True))

    @property
    def width(self) -> int:
        """Tokens of the widest batch, padding included."""
        return max(batch.shape[2] for batch in self.batches)

    @property
    def all_labels(self) -> torch.Tensor:
        return torch.cat(self.labels)

    def fresh_model(self) -> LogitsModel:
        """A copy of the model; its clock is shared, so that its calls are seen."""
        return copy.deepcopy(self.model)

    def length(self, vector: Tensors) -> float:
        """Euclidean norm over all parameters."""
        return float(sum(float(part.double().square().sum()) for part in vector)) ** 0.5

    def parameters(self) -> Tensors:
        return [p.detach().clone() for p in self.model.parameters()]

    @torch.no_grad()
    def reference(self, plane: Plane, alpha: float, beta: float) -> float:
        """Mean loss at a point of a plane, by plain transformers code, in float32."""
        key = id(plane), round(alpha, 9), round(beta, 9)
        if key not in self._known:
            model = copy.deepcopy(self.model.model)
            moves = zip(model.parameters(), plane.first, plane.second, strict=True)
            for parameter, one, two in moves:
                parameter.add_(one, alpha=alpha).add_(two, alpha=beta)
            total = 0.0
            for batch, labels in self.loader:
                width = int(batch[:, self.model.names.index("attention_mask")].sum(1).max())
                inputs = zip(self.model.names, batch[..., :width].unbind(1), strict=True)
                logits = model(**dict(inputs)).logits.double()
                total += float(functional.cross_entropy(logits, labels, reduction="sum"))
            self._known[key] = total / len(self.all_labels)
        return self._known[key]


def make_batches(
    examples: Sequence[TokenizedExamples], padding_id: int, width: int | None
) -> tuple[tuple[str, ...], list[torch.Tensor], list[torch.Tensor]]:
    """Names of the rows, batches of 32 in the order of the examples, and their labels.

    Parameters
    ----------
    width
        Tokens to pad to; ``None`` pads to the longest of each batch.
    """
    ids = [row for part in examples for row in part.input_ids]
    labels = np.concatenate([part.labels for part in examples])
    types = [row for part in examples for row in part.token_type_ids or ()]
    names = ("input_ids", "attention_mask") + (("token_type_ids",) if types else ())
    batches = []
    for first in range(0, len(ids), BATCH):
        members = range(first, min(first + BATCH, len(ids)))
        longest = max(len(ids[k]) for k in members)
        batch = torch.zeros(len(members), len(names), max(longest, width or 0), dtype=torch.long)
        batch[:, 0] = padding_id
        for row, k in enumerate(members):
            length = len(ids[k])
            batch[row, 0, :length] = torch.from_numpy(ids[k])
            batch[row, 1, :length] = 1
            if types:
                batch[row, 2, :length] = torch.from_numpy(types[k])
        batches.append(batch)
    return names, batches, list(torch.from_numpy(labels).long().split(BATCH))


def open_problem(
    run: Path, other: Path, train: int, dev: int, scratch: Path
) -> tuple[Problem, Problem, tuple[int, int]]:
    """The problem padded to the task's maximal length, and padded to the longest of each batch.

    Also the numbers of examples of the two splits, whose union is the packages' data.
    """
    from landscape_gui.runs.checkpoints import load_model, moving_names, open_run, read_parameters
    from landscape_gui.runs.tasks import evaluation_examples

    opened, second = open_run(run), open_run(other)
    if opened.task is None:
        raise RuntimeError(f"nothing in {run} says which task it was trained on")
    examples = [
        evaluation_examples(opened, opened.task, "train", train, 0),
        evaluation_examples(opened, opened.task, "dev", dev, 0),
    ]
    module = load_model(opened)
    moving = moving_names(opened, module)
    start = read_parameters(opened, 0, moving)
    ends = [read_parameters(r, len(r.checkpoints) - 1, moving) for r in (opened, second)]
    directions: list[Tensors] = []
    for end in ends:
        directions.append(
            [
                end[name] - start[name] if name in start else torch.zeros_like(parameter)
                for name, parameter in module.named_parameters()
            ]
        )
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name in start:
                parameter.copy_(start[name])
    padding_id = getattr(module.config, "pad_token_id", None) or 0
    problems = []
    for padded in (opened.task.max_length, None):
        names, batches, labels = make_batches(examples, padding_id, padded)
        model = LogitsModel(module, names).eval()
        problems.append(Problem(model, Plane(*directions), batches, labels, scratch))
    norms = [problems[0].length(direction) for direction in directions]
    for part in directions[1]:
        part.mul_(norms[0] / norms[1])
    problems[1]._known = problems[0]._known
    return problems[0], problems[1], (len(examples[0].labels), len(examples[1].labels))
