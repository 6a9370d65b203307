"""Whether a faster number format may be used on this very plane, by comparing it with float32.

bfloat16 keeps 8 bits; fine-tuning moves weights by 1 % or less. A cast that is harmless on one
model can swallow the direction that is being drawn on another, so it is measured, never assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch

from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.events import Measurement
from landscape_gui.engine.objective import Objective
from landscape_gui.specs import Precision

# Share of the range of the loss over the check points that ``auto`` lets bfloat16 be off by.
TOLERANCE = 0.0025


@dataclass(frozen=True)
class PrecisionCheck:
    """What was chosen and why; kept in the file.

    Attributes
    ----------
    chosen
        ``float32`` or ``bfloat16``.
    points
        (α, β) where both were measured.
    deviation
        Largest |bfloat16 − float32| of a loss, as a share of the loss's range over the points.
    absolute
        The same in units of the loss.
    speedup
        Seconds in float32 over seconds in bfloat16, medians over the points.
    """

    chosen: str
    points: tuple[tuple[float, float], ...] = ()
    deviation: float = 0.0
    absolute: float = 0.0
    speedup: float = 1.0

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def sentence(self) -> str:
        if not self.points:
            return "Measuring in float32."
        return (
            f"Measuring in {self.chosen}: bfloat16 differs from float32 by at most "
            f"{100 * self.deviation:.2g} % of the range at {len(self.points)} points "
            f"and is {self.speedup:.1f} × as fast."
        )


def check_points(
    anchors: Sequence[tuple[float, float]],
    alpha_range: tuple[float, float],
    beta_range: tuple[float, float],
    seed: int,
) -> tuple[tuple[float, float], ...]:
    """The anchors, the corners, and three random points of the plane (or line), no point twice."""
    random = np.random.default_rng(seed)
    inside = zip(random.uniform(*alpha_range, 3), random.uniform(*beta_range, 3), strict=True)
    corners = [(a, b) for b in beta_range for a in alpha_range]
    return tuple(dict.fromkeys((float(a), float(b)) for a, b in [*anchors, *corners, *inside]))


def use(precision: str, objective: Objective) -> None:
    """Let the objective evaluate in ``float32`` or ``bfloat16`` from now on."""
    objective.autocast = torch.bfloat16 if precision == "bfloat16" else None


def choose(
    asked: Precision,
    evaluator: SerialEvaluator,
    points: Sequence[tuple[float, float]],
    along_shift: float,
) -> PrecisionCheck:
    """Compare bfloat16 with float32 at ``points`` and set the objective to what is chosen.

    ``auto`` takes bfloat16 if it is faster and its deviation stays below ``TOLERANCE`` of the
    range and below the standard error; asked for outright, bfloat16 is used whatever the
    deviation, which is stored. ``along_shift`` is 1 for planes with origin θ1.
    """
    objective = evaluator.objective
    pairs: list[tuple[Measurement, Measurement]] = []
    for alpha, beta in points:
        evaluator.weights.place(alpha + along_shift, beta)
        use("float32", objective)
        exact = evaluator.measure()
        use("bfloat16", objective)
        pairs.append((exact, evaluator.measure()))
    deviation, absolute, within_noise = _compare(pairs)
    speedup = float(
        np.median([a.seconds for a, _ in pairs]) / np.median([b.seconds for _, b in pairs])
    )
    good = deviation <= TOLERANCE and within_noise and speedup > 1
    chosen = "bfloat16" if asked == "bfloat16" or good else "float32"
    use(chosen, objective)
    return PrecisionCheck(chosen, tuple(points), deviation, absolute, speedup)


def _compare(pairs: Sequence[tuple[Measurement, Measurement]]) -> tuple[float, float, bool]:
    """Largest deviation relative to the range and absolute; and whether noise covers it."""
    relative = absolute = 0.0
    within_noise = True
    for metric in (m for m in pairs[0][0].values if m.endswith("_loss")):
        exact = np.array([a.values[metric] for a, _ in pairs])
        rough = np.array([b.values[metric] for _, b in pairs])
        if not (np.isfinite(exact) == np.isfinite(rough)).all():
            return math.inf, math.inf, False
        finite = np.isfinite(exact)
        if not finite.any():
            continue
        off = np.abs(rough - exact)[finite]
        noise = np.array([a.standard_errors[metric] for a, _ in pairs])[finite]
        spread = float(np.ptp(exact[finite]))
        absolute = max(absolute, float(off.max()))
        relative = max(relative, float(off.max()) / spread if spread > 0 else math.inf)
        # A single example has no standard error (NaN): there is no noise that could cover it.
        within_noise = within_noise and bool((off <= noise).all())
    return relative, absolute, within_noise
