"""Runs a package on a small lattice: is it right, and what would the whole surface cost?"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple, TypeVar

import numpy as np
from support.peer_problem import Problem, Sampler, Surface

T = TypeVar("T")

# A result is right where it is this near to a plain evaluation of the same weights.
CLOSE = 1e-4


class Peer(NamedTuple):
    """A package: its name for pip, the module to import, and our adapter for it."""

    package: str
    module: str
    adapter: str

    def found(self) -> bool:
        return importlib.util.find_spec(self.module) is not None

    @property
    def version(self) -> str:
        try:
            return importlib.metadata.version(self.package)
        except importlib.metadata.PackageNotFoundError:
            return "?"

    @property
    def prepare(self) -> Callable[[Problem], Sampler]:
        return importlib.import_module(f"support.{self.adapter}").prepare


PEERS = tuple(
    Peer(package, module or package.replace("-", "_"), f"peer_{package.replace('-', '_')}")
    for package, module in (
        ("losscape", ""),
        ("loss-landscapes", ""),
        ("loss-landscape-3d", ""),
        ("gradfield", ""),
        ("nngeom", ""),
        ("landscaper", ""),
        ("loss-landscape-anim", ""),
    )
)


class Cost(NamedTuple):
    """Wall and CPU seconds."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Cost:
        return cls(time.perf_counter(), time.process_time())

    def since(self, begin: Cost) -> Cost:
        return Cost(self.wall - begin.wall, self.cpu - begin.cpu)


@dataclass
class Timings:
    """What the runs of one package on one kind of batches took.

    ``setups`` before its loop (random directions, where it draws its own); ``fixed`` is the part of
    a call that does not grow with the lattice (a copy of the model, a plot); ``points`` single
    points of the lattice.
    """

    setups: list[Cost] = field(default_factory=list)
    fixed: list[Cost] = field(default_factory=list)
    points: list[Cost] = field(default_factory=list)

    def total(self, points: int) -> Cost:
        """What a surface of so many points takes: once the fixed parts, and the median point."""
        parts = []
        for clock in (0, 1):
            once = median(c[clock] for c in self.setups) + median(c[clock] for c in self.fixed)
            parts.append(once + points * median(c[clock] for c in self.points))
        return Cost(*parts)


@dataclass(frozen=True)
class Verdict:
    """Whether a package's values are the loss of the weights that it says they are.

    ``difference``: largest |value − plain evaluation| over its lattice; ``centre``: the same at the
    model itself; ``why``: what is wrong, empty if nothing is.
    """

    difference: float
    centre: float
    why: str

    @property
    def correct(self) -> bool:
        return not self.why


def run_quietly(work: Callable[[], T]) -> T:
    """Without what it prints, some of it at every point."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return work()


def time_once(peer: Peer, problem: Problem, timings: Timings) -> tuple[Sampler, Surface]:
    """Prepare the package and run its loop once, and note what that took."""
    ends = problem.model.clock.ends
    begin = Cost.now()
    sampler = run_quietly(lambda: peer.prepare(problem))
    timings.setups.append(Cost.now().since(begin))
    ends.clear()
    begin = Cost.now()
    surface = run_quietly(sampler.measure)
    whole = Cost.now().since(begin)
    count = surface.values.size
    finished = [Cost(*end) for end in ends[sampler.calls - 1 :: sampler.calls]]
    if len(ends) != count * sampler.calls:
        raise RuntimeError(f"{len(ends)} calls of the model for {count} points")
    if sampler.bytes_per_point:
        # It prepares all points before it measures the first.
        timings.points.append(Cost(whole.wall / count, whole.cpu / count))
        timings.fixed.append(Cost(0.0, 0.0))
        return sampler, surface
    steps = [b.since(a) for a, b in pairwise(finished)]
    timings.points += steps
    typical = Cost(median(c.wall for c in steps), median(c.cpu for c in steps))
    timings.fixed.append(
        Cost(max(0.0, whole.wall - count * typical.wall), max(0.0, whole.cpu - count * typical.cpu))
    )
    return sampler, surface


def judge(problem: Problem, sampler: Sampler, surface: Surface) -> Verdict:
    """Compare every value with a plain evaluation at the coordinates that it is said to have."""
    expected = np.array(
        [
            [problem.reference(sampler.plane, float(a), float(b)) for a in surface.alpha]
            for b in surface.beta
        ]
    )
    off = np.abs(surface.values - expected)
    allowed = CLOSE * np.maximum(1.0, np.abs(expected))
    j, i = int(np.abs(surface.beta).argmin()), int(np.abs(surface.alpha).argmin())
    centre = float(off[j, i])
    why = []
    if not np.isfinite(surface.values).all():
        why.append("some values are not finite")
    elif np.ptp(surface.values) < 1e-9:
        why.append("every value is the same")
    if not off[j, i] <= allowed[j, i]:
        why.append(f"the value at the model itself is off by {centre:.2g}")
    wrong = int((~(off <= allowed)).sum())
    if wrong:
        why.append(f"{wrong} of {off.size} values are off, by up to {np.max(off):.2g}")
    return Verdict(float(np.max(off)), centre, "; ".join(why))
