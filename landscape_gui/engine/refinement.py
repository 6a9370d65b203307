"""Which points a surface needs for an asked accuracy.

Round by round: a spline through what is measured, an error model that says where it may be off,
and the points that would help most. The plan is a function of the measured values alone, so an
interrupted job that is fed its stored values again goes on with the very points it would have
measured next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from landscape_gui.engine.belief import Belief, value_range
from landscape_gui.engine.example_table import Roughness
from landscape_gui.engine.visits import Visit
from landscape_gui.geometry.error_model import ENOUGH
from landscape_gui.geometry.lattice import levels
from landscape_gui.geometry.thin_plate import ThinPlate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Each round adds at most this share of what is visited, and at least so many points.
GROWTH, LEAST = 0.1, 8
# Of a round, the share of points drawn at random: they test and calibrate the error bound. With
# much fewer, surfaces of a small transformer ended at 1.3 times the tolerance.
RANDOM = 0.2
# As many of these have to be there before a stop where points are measured on some of the
# examples, too: spline and choice of examples are both on trial then. With as few as otherwise, a
# cliff along a random axis, three lattice lines wide, was missed in a fifth of the seeds.
TRIALS = 30
# Share of the tolerance that examples which are not measured may leave at a point, as a
# standard deviation; and the cost, in full points, from which on a point is measured in full.
SAMPLING, FULL = 0.3, 0.7


class Refinement(Belief):
    """Plans the visits of one surface.

    Parameters
    ----------
    named
        (j, i) of points that are measured in the first round whatever is known: start and end.
        The others are those of ``Belief``.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        metrics: Sequence[str],
        tolerance: float,
        tokens: Mapping[str, IntArray] | None = None,
        *,
        everywhere: bool = False,
        room: int | None = None,
        seed: int = 0,
        named: Sequence[tuple[int, int]] = (),
    ) -> None:
        super().__init__(shape, metrics, tolerance, tokens, everywhere=everywhere, room=room)
        # Stated error of the worst loss when the last round was planned, as a share of its range.
        self._error = math.inf
        self._random = np.random.default_rng(seed)
        self._named = tuple(named)

    def plan(self) -> list[Visit]:
        """The next round; empty when the tolerance is reached or nothing is left."""
        if not self.visits:
            coarsest = [(int(j), int(i)) for j, i in levels(*self.shape)[0]]
            first = dict.fromkeys((*coarsest, *self._named))
            return [Visit(j, i, False) for j, i in first]
        if (self._visited >= 0).all():
            return []
        if len(self.visits) >= self._room:
            return self._everything()
        plate, rows = self._settled()
        looked_at = self._candidates()
        unvisited = looked_at[self._visited[looked_at] < 0]
        if plate is None:
            count = min(len(unvisited), self._room - len(self.visits), self._round_size())
            chosen = self._random.choice(unvisited, count, replace=False)
            return [Visit(int(j), int(i), True) for j, i in self._lattice[chosen]]
        holes = self._near_holes(unvisited)
        expected = self._expected(plate, rows, looked_at)
        self._error = max(
            (self._share(m, looked_at, expected[m], plate, rows) for m in self.losses), default=0.0
        )
        if not len(holes) and not self._everywhere and self._satisfied():
            return []
        count = min(len(unvisited), self._room - len(self.visits), self._round_size())
        drawn = self._random.choice(
            unvisited, min(len(unvisited), max(1, round(RANDOM * count))), replace=False
        )
        forced = np.concatenate((drawn, np.setdiff1d(holes, drawn)))[:count]
        at = self._places[unvisited]
        scale = np.zeros(len(at))
        rough = self._roughness(plate, rows, at)
        for index, metric in enumerate(self.metrics):
            reach = self.tolerance * value_range(self._column(metric, rows))
            if metric in self.losses and reach > 0:
                factor = self._calibrations[metric].factor()
                scale = np.maximum(scale, factor * rough[:, index] / reach)
        picked = plate.spread(at, scale, count, np.searchsorted(unvisited, np.sort(forced)))
        return self._visits(plate, rows, unvisited[picked], set(drawn.tolist()))

    def _visits(
        self, plate: ThinPlate, rows: IntArray, chosen: IntArray, drawn: set[int]
    ) -> list[Visit]:
        at = self._places[chosen]
        power = plate.power(at)
        rough = {split: Roughness(table, plate, rows) for split, table in self._tables.items()}
        foretold = {split: of.foretell(at) for split, of in rough.items()}
        choices = {}
        for split, of in rough.items():
            metric = f"{split}_loss"
            allowed = SAMPLING * self.tolerance * value_range(self._column(metric, rows))
            allowed /= self._sampling[metric].size()
            choices[split] = of.choose(at, power, allowed)
        off = self._off(plate, rows, at)
        predicted = {
            metric: (self._predict(metric, plate, rows, at), off[:, index])
            for index, metric in enumerate(self.metrics)
        }
        visits: list[Visit] = []
        for x, place in enumerate(chosen.tolist()):
            j, i = self._lattice[place].tolist()
            random = place in drawn
            here = {m: (float(v[x]), float(s[x])) for m, (v, s) in predicted.items()}
            given = {split: (a[x], b[x]) for split, (a, b) in foretold.items()}
            examples = {split: of[x].examples for split, of in choices.items()}
            left = {
                metric: choices[split][x].left_in[what] * self._sampling[metric].size()
                for metric in self.metrics
                for split, what in [metric.split("_", 1)]
                if split in choices
            }
            # Points drawn at random test the bounds, so they are measured whole.
            if random:
                trial = (examples, left) if examples else None
                visits.append(Visit(j, i, True, None, {}, here, given, trial))
            elif not examples or self._share_of_tokens(examples) > FULL:
                visits.append(Visit(j, i, False, None, {}, here, given))
            else:
                visits.append(Visit(j, i, False, examples, left, here, given))
        return visits

    def _everything(self) -> list[Visit]:
        """All that is left, on all examples, coarse to fine."""
        left = self._visited.reshape(self.shape) < 0
        return [
            Visit(int(j), int(i), False)
            for level in levels(*self.shape)
            for j, i in level
            if left[j, i]
        ]

    def _satisfied(self) -> bool:
        tested = sum(visit.random for visit in self.visits)
        return tested >= (TRIALS if self.samples else ENOUGH) and self._error <= self.tolerance

    def _round_size(self) -> int:
        """Smaller when the goal is near: the error falls about as fast as points are added."""
        share = GROWTH
        if self.tolerance < self._error < math.inf and not self._everywhere:
            share = min(GROWTH, max(0.05, self._error / self.tolerance - 1))
        return max(LEAST, round(share * len(self.visits)))

    @property
    def forecast(self) -> int:
        """Visits that the whole surface will take, as far as can be told now."""
        size = math.prod(self.shape)
        if self._everywhere or not math.isfinite(self._error):
            return size
        factor = max(1.0, self._error / self.tolerance)
        return min(size, max(len(self.visits) + LEAST, round(factor * len(self.visits))))

    def _near_holes(self, unvisited: IntArray) -> IntArray:
        """Unvisited points with a visited one that is not finite among the nearest four.

        What is not finite cannot be foretold, nor how far it reaches.
        """
        holes = np.zeros(len(self.visits), dtype=bool)
        for metric in self.losses:
            holes |= ~np.isfinite(self._values[metric])
        if not holes.any():
            return np.zeros(0, dtype=np.int64)
        places = self._visit_places()
        distance = ((self._places[unvisited][:, None] - places[None]) ** 2).sum(axis=2)
        nearest = np.argpartition(distance, min(4, len(places)) - 1, axis=1)[:, :4]
        return unvisited[holes[nearest].any(axis=1)]
