"""Surfaces that were measured in full, example by example, to try schedules on without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from landscape_gui.engine.refinement import Refinement
from landscape_gui.engine.visits import Found, Visit

DIRECTORY = Path(__file__).resolve().parents[1] / "reference"
METRICS = ("train_loss", "train_error")


@dataclass(frozen=True)
class Reference:
    """Two classes: the loss of an example is log(1 + exp(−margin)).

    Attributes
    ----------
    margins
        float32[m, n, N]: the label's logit less the other, for every point and example.
    tokens
        int64[N]: lengths of the examples.
    tuned_on
        Whether this surface was seen while the schedule's constants were chosen.
    """

    name: str
    margins: npt.NDArray[np.float32]
    tokens: npt.NDArray[np.int64]
    tuned_on: bool
    description: str

    @property
    def losses(self) -> npt.NDArray[np.float32]:
        return np.logaddexp(0, -self.margins.astype(np.float64)).astype(np.float32)


@dataclass(frozen=True)
class Outcome:
    """What a schedule paid and what it got.

    Attributes
    ----------
    cost
        Share of measuring every point on all examples, in tokens.
    error_p95, error_max
        Of the loss over the lattice, as a share of its range.
    stated
        What the schedule said of ``error_p95``; NaN where it says nothing.
    whole, some
        Points measured on all examples and on some.
    first
        Points visited → ``error_p95`` then, for the first picture and the one after.
    """

    cost: float
    error_p95: float
    error_max: float
    stated: float
    whole: int
    some: int
    first: dict[int, float]


@dataclass(frozen=True)
class Luck:
    """What a schedule does with several seeds: medians, and in which share of them what holds.

    Attributes
    ----------
    covered
        Share of the seeds whose true error was at most the stated one.
    reached
        Share whose true error was at most the tolerance.
    met
        Share that reached the tolerance at no more than the cost that was the goal.
    """

    seeds: int
    cost: float
    error_p95: float
    stated: float
    covered: float
    reached: float
    met: float


def luck(outcomes: Sequence[Outcome], tolerance: float, goal: float) -> Luck:
    """``goal``: cost that is not to be exceeded."""
    reached = [of.error_p95 <= tolerance for of in outcomes]
    return Luck(
        len(outcomes),
        float(np.median([of.cost for of in outcomes])),
        float(np.median([of.error_p95 for of in outcomes])),
        float(np.median([of.stated for of in outcomes])),
        float(np.mean([of.error_p95 <= of.stated for of in outcomes])),
        float(np.mean(reached)),
        float(np.mean([r and of.cost <= goal for r, of in zip(reached, outcomes, strict=True)])),
    )


def load(name: str) -> Reference:
    """A surface of ``benchmarks/reference``."""
    with np.load(DIRECTORY / f"{name}.npz", allow_pickle=False) as data:
        return Reference(
            name,
            data["margins"].astype(np.float32),
            data["tokens"].astype(np.int64),
            bool(data["tuned_on"]),
            str(data["description"]),
        )


def names() -> list[str]:
    """Surfaces that are there."""
    return sorted(path.stem for path in DIRECTORY.glob("*.npz"))


def replay(
    reference: Reference, tolerance: float, sampling: bool, everywhere: bool = False, seed: int = 0
) -> Outcome:
    """Let a schedule ask for what it wants and compare its picture with the truth."""
    losses = reference.losses
    truth = losses.astype(np.float64).mean(axis=2)
    wrong = (reference.margins <= 0).mean(axis=2)
    tokens = {"train": reference.tokens} if sampling else None
    plan = Refinement(truth.shape, METRICS, tolerance, tokens, everywhere=everywhere, seed=seed)
    first: dict[int, float] = {}
    while visits := plan.plan():
        for visit in visits:
            plan.record(visit, _answer(visit, losses, reference.margins, truth, wrong))
        if not first or (len(first) < 2 and len(plan.visits) >= 121):
            first[len(plan.visits)] = _errors(plan, truth)[0]
    p95, largest = _errors(plan, truth)
    summary = plan.summary()
    return Outcome(
        plan.cost / truth.size,
        p95,
        largest,
        summary["errors"]["train_loss"],
        summary["measured"],
        summary["sampled"],
        first,
    )


def _answer(
    visit: Visit,
    losses: npt.NDArray[np.float32],
    margins: npt.NDArray[np.float32],
    truth: npt.NDArray[np.float64],
    wrong: npt.NDArray[np.float64],
) -> Found:
    j, i = visit.j, visit.i
    loss, margin = losses[j, i].copy(), margins[j, i].copy()
    if visit.examples is not None:
        hidden = np.setdiff1d(np.arange(len(loss)), visit.examples["train"])
        loss[hidden] = margin[hidden] = np.nan
        return Found({}, {"train": (loss, margin)})
    values = {"train_loss": float(truth[j, i]), "train_error": float(wrong[j, i])}
    return Found(values, {"train": (loss, margin)})


def _errors(plan: Refinement, truth: npt.NDArray[np.float64]) -> tuple[float, float]:
    off = np.abs(plan.picture().estimates["train_loss"] - truth) / np.ptp(truth)
    return float(np.quantile(off, 0.95)), float(off.max())
