"""What has to be said beside the numbers, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """A sentence or two, and the works they rest on."""

    text: str
    sources: tuple[str, ...] = ()


NOT_PROOF = Caution(
    "Flat is not proof of good: across models and set-ups sharpness does not correlate well with "
    "generalisation, BERT fine-tuned on MNLI included. Compare like with like.",
    ("Andriushchenko et al. 2023, arXiv:2302.07011",),
)
SCALE = Caution(
    "A width in weight space and every Hessian number change when filters are scaled against each "
    "other, which changes no prediction. Filter-normalised units do not; use them to compare "
    "runs.",
    ("Dinh et al. 2017, arXiv:1703.04933", "Li et al. 2018, arXiv:1712.09913"),
)
UNITS = Caution(
    "One unit of α is ‖δ1‖, which differs from run to run: the same basin looks narrower the "
    "further a run moved."
)
STEPS = Caution(
    "Between two points of a line the loss is taken to be straight, which it seldom is beside a "
    "minimum: a basin of few steps is read too narrow (of two, by up to a fifth)."
)
PLANE = Caution(
    "In a plane of two directions, not in the space of all weights: a basin that is wide here can "
    "be narrow along others. ε-sharpness is Metric 2.1 of Keskar et al., with the surface as a "
    "function of α and β: the box has half sides ε (|α| + 1) and ε (|β| + 1).",
    ("Keskar et al. 2017, arXiv:1609.04836",),
)
HESSIAN = Caution(
    "Of the training loss on so many examples, dropout off, the head fixed. Eigenvalues are "
    "from Lanczos' iteration (± how far the nearest true eigenvalue can be), traces from "
    "Hutchinson's estimate (± standard error over the probes). Where an activation has kinks, "
    "derivatives do not see them; the finite differences do.",
    ("Ghorbani et al. 2019, arXiv:1901.10159", "Yao et al. 2020, arXiv:1912.07145"),
)
BARRIER = Caution(
    "Between the measured points the loss is taken to be straight: a ridge narrower than a step "
    "is missed. A straight path without a barrier is not the path that training took.",
    ("Frankle et al. 2020, arXiv:1912.05671",),
)
ANGLES = Caution(
    "δ1 contains every earlier step, so that even a random walk points towards its own end: the "
    "column beside the angle says what a walk of equal independent steps would have."
)
SURFACES = Caution(
    "Neighbouring points of a smooth surface are no independent observations: these correlations "
    "have no p-value. The development error takes few values, so that many points tie."
)
LATE = Caution(
    "One run and one seed. The development error has a standard error, too: on n examples about "
    "√(e (1 − e) / n)."
)
ROLLBACK = Caution(
    "Rolled-back layers meet others that were trained with them: a loss of accuracy says that a "
    "group's change is needed where it is, not that these layers hold the task."
)
