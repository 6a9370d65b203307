"""Whether a faster number format may be used on this very plane, by comparing it with float32.

bfloat16 keeps 8 bits; fine-tuning moves weights by 1 % or less. A cast that is harmless on one
model can swallow the direction that is being drawn on another, so it is measured, never assumed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.engine.evaluator import Evaluation, SerialEvaluator
from landscape_gui.engine.number_formats import candidates
from landscape_gui.engine.objective import Objective
from landscape_gui.shares import percentage
from landscape_gui.specs import Precision, UserError

# The share of the range that an error may have where the user gave no tolerance.
TOLERANCE = 0.01
# What of it a number format may use up.
SHARE = 0.25
# Points after which a format that was slower than float32 at each of them is given up.
_PATIENCE = 2
# Random points of the plane among those compared.
_INSIDE = 3


@dataclass(frozen=True)
class Comparison:
    """One number format against float32.

    Attributes
    ----------
    precision
        The format.
    points
        At how many points, from the first on; fewer than all if it was slower than float32.
    deviation
        Largest |difference| of a loss, as a share of the loss's range over the check points.
    absolute
        The same in units of the loss.
    within_noise
        Whether every difference is at most the standard error there.
    speedup
        Seconds in float32 over seconds in the format, medians over the points.
    """

    precision: str
    points: int
    deviation: float
    absolute: float
    within_noise: bool
    speedup: float


@dataclass(frozen=True)
class PrecisionCheck:
    """What was chosen and why; kept in the file.

    Attributes
    ----------
    chosen
        ``float32`` or one of the formats compared with it.
    points
        (α, β) where they were compared.
    deviation, absolute, speedup
        Of the format that was chosen, or of the first candidate where that is float32.
    limit
        The largest deviation that ``auto`` accepts.
    comparisons
        All formats that were tried.
    """

    chosen: str
    points: tuple[tuple[float, float], ...] = ()
    deviation: float = 0.0
    absolute: float = 0.0
    speedup: float = 1.0
    limit: float = SHARE * TOLERANCE
    comparisons: tuple[Comparison, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def sentence(self) -> str:
        if not self.comparisons:
            return "Measuring in float32."
        found = "; ".join(
            f"{c.precision} differs from float32 by at most {percentage(c.deviation)} of the range "
            f"at {c.points} points and is {c.speedup:.1f} × as fast"
            for c in self.comparisons
        )
        return f"Measuring in {self.chosen}: {found}."


def check_points(
    anchors: Sequence[tuple[float, float]],
    alpha: npt.NDArray[np.float64],
    beta: npt.NDArray[np.float64],
    seed: int,
) -> tuple[tuple[float, float], ...]:
    """The anchors, the corners, and up to three random points of the lattice, no point twice.

    What is measured there is measured for the result, too.
    """
    random = np.random.default_rng(seed)
    inside = zip(random.choice(alpha, _INSIDE), random.choice(beta, _INSIDE), strict=True)
    corners = [(a, b) for b in (beta[0], beta[-1]) for a in (alpha[0], alpha[-1])]
    return tuple(dict.fromkeys((float(a), float(b)) for a, b in [*anchors, *corners, *inside]))


def use(precision: str, objective: Objective) -> None:
    """Let the objective evaluate in a number format from now on."""
    objective.use(precision)


def choose(
    asked: Precision,
    evaluator: SerialEvaluator,
    points: Sequence[tuple[float, float]],
    along_shift: float,
    tolerance: float | None = None,
) -> PrecisionCheck:
    """Compare the device's formats with float32 at ``points``; the objective then uses the choice.

    The evaluator knows from then on what the chosen format gave there.

    ``auto`` takes the fastest that is faster than float32 and whose deviation stays below a
    quarter of the tolerance (a share of the range) and below the standard error. A format that
    is asked for outright is used whatever its deviation, which is stored.

    Parameters
    ----------
    along_shift
        1 for planes with origin θ1.
    tolerance
        The error that the user allows, as a share of the range; None is ``TOLERANCE``.

    Raises
    ------
    UserError
        If a format is asked for that the device cannot compute in.
    """
    device = evaluator.objective.device
    offered = candidates(device)
    if asked not in ("auto", "float32", *offered):
        raise UserError(
            f"The device {device} does not compute in {asked}.",
            f"Choose auto, float32 or {' or '.join(offered)}.",
        )
    if asked == "float32":
        use(asked, evaluator.objective)
        return PrecisionCheck(asked)
    limit = SHARE * (TOLERANCE if tolerance is None else tolerance)
    exact = list(_evaluated("float32", evaluator, points, along_shift))
    made = {"float32": exact}
    found: list[Comparison] = []
    for precision in offered if asked == "auto" else (asked,):
        rough = made[precision] = []
        for evaluation in _evaluated(precision, evaluator, points, along_shift):
            rough.append(evaluation)
            slower = all(b.seconds > a.seconds for a, b in zip(exact, rough, strict=False))
            if asked == "auto" and slower and len(rough) == _PATIENCE:
                break
        found.append(_compare(precision, exact, rough))
    good = [
        c
        for c in found
        if c.deviation <= limit and c.within_noise and c.speedup > 1 and c.points == len(points)
    ]
    best = found[0] if asked != "auto" else max(good, key=lambda c: c.speedup, default=None)
    chosen = best.precision if best else "float32"
    use(chosen, evaluator.objective)
    placed = ((alpha + along_shift, beta) for alpha, beta in points)
    evaluator.known.update(zip(placed, made[chosen], strict=True))
    shown = best or found[0]
    return PrecisionCheck(
        chosen,
        tuple(points),
        shown.deviation,
        shown.absolute,
        shown.speedup,
        limit,
        tuple(found),
    )


def _evaluated(
    precision: str,
    evaluator: SerialEvaluator,
    points: Sequence[tuple[float, float]],
    along_shift: float,
) -> Iterator[Evaluation]:
    use(precision, evaluator.objective)
    for alpha, beta in points:
        yield evaluator.evaluated(alpha + along_shift, beta)


def _compare(
    precision: str, exact: Sequence[Evaluation], rough: Sequence[Evaluation]
) -> Comparison:
    """How far the first ``len(rough)`` points are off, by the range over all of them."""
    count = len(rough)
    speedup = float(
        np.median([e.seconds for e in exact[:count]]) / np.median([e.seconds for e in rough])
    )
    right_ones, rough_ones = ([e.measurement for e in of] for of in (exact, rough))
    relative = absolute = 0.0
    within_noise = True
    for metric in (m for m in right_ones[0].values if m.endswith("_loss")):
        right = np.array([m.values[metric] for m in right_ones])
        found = np.array([m.values[metric] for m in rough_ones])
        off = np.abs(found - right[:count])
        noise = np.array([m.standard_errors[metric] for m in right_ones[:count]])
        here = np.isfinite(right[:count])
        if not (np.isfinite(found) == here).all():
            return Comparison(precision, count, math.inf, math.inf, False, speedup)
        if not here.any():
            continue
        spread = float(np.ptp(right[np.isfinite(right)]))
        largest = float(off[here].max())
        absolute = max(absolute, largest)
        relative = max(relative, largest / spread if spread > 0 else math.inf)
        # A single example has no standard error (NaN): there is no noise that could cover it.
        within_noise = within_noise and bool((off <= noise)[here].all())
    return Comparison(precision, count, relative, absolute, within_noise, speedup)
