"""What is believed of a surface of which some points were measured, and how far off that may be.

A spline through what is measured, and an error model that says where it may be wrong. All of it
is a function of the measured values and their order alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from landscape_gui.engine.example_table import Roughness, splits_of
from landscape_gui.engine.visits import Found, Picture, Visit
from landscape_gui.geometry.anisotropy import STEP, fit, stretched
from landscape_gui.geometry.error_model import (
    LATEST,
    Calibration,
    left_out_ratios,
    local_scale,
    percentile,
)
from landscape_gui.geometry.lattice import level_indices
from landscape_gui.geometry.thin_plate import ThinPlate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# The stated error is enlarged by this over the root of the number of points it is read off: a 95th
# percentile of so many errors is off by 1 (Gaussian) to 1.5 (heavy tails) over that root, and the
# first low value ends the refinement.
CAUTION = 3.0
# Visits up to which every example's own spline is solved again each round.
SETTLED = 800
# A spline through more points than this takes longer than it saves: from there on, everything
# is measured.
LARGEST = 3000
# Lattice points at which the error is looked for, and among which the next ones are chosen: of a
# finer lattice every second, or fourth, as long as that is more than enough.
CANDIDATES = 7000


class Belief:
    """Takes in what was measured of one surface, and estimates the rest.

    Parameters
    ----------
    shape
        (m, n): points along β and α.
    metrics
        Names; those that end in ``_loss`` have to reach the tolerance.
    tolerance
        Share of each loss's range that the 95th percentile of the error may be.
    tokens
        Split → int64[N], lengths of its examples: points may then be measured on some of them.
        ``None``: every visited point is measured on all.
    everywhere
        Visit every point; the tolerance then only says how few examples are enough.
    room
        Visits that can be planned; from there on everything left is measured, on all examples.

    Attributes
    ----------
    visits
        What was recorded, in order.
    cost
        What that took, in points on all examples.
    samples
        Whether visits may be to some of the examples.
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
    ) -> None:
        self.shape = shape
        self.metrics = tuple(metrics)
        self.losses = tuple(metric for metric in metrics if metric.endswith("_loss"))
        self.tolerance = tolerance
        self.samples = bool(tokens)
        self.cost = 0.0
        self._settled_at = 0
        # Split → residuals of the visits that were settled, of ``ExampleTable.settle``.
        self._left_out: dict[str, FloatArray] = {}
        # Made once between two records: planning and picture ask for the same.
        self._drawn: Picture | None = None
        self._spline: tuple[ThinPlate | None, IntArray] | None = None
        self.visits: list[Visit] = []
        self._everywhere = everywhere
        self._room = min(LARGEST, room or LARGEST)
        self._tables = splits_of(tokens or {})
        self._calibrations = {metric: Calibration() for metric in metrics}
        self._sampling = {metric: Calibration() for metric in metrics}
        self._values: dict[str, list[float]] = {metric: [] for metric in metrics}
        self._noise: dict[str, list[float]] = {metric: [] for metric in metrics}
        # Metric → (|measured − estimated before|, bound stated before) of points drawn at random.
        self._held_out: dict[str, list[tuple[float, float]]] = {metric: [] for metric in metrics}
        m, n = shape
        self._lattice = np.argwhere(np.ones(shape, dtype=bool)).astype(np.int64)
        self._places = self._lattice / np.array([max(m - 1, 1), max(n - 1, 1)], dtype=np.float64)
        self._unit = self._places
        self._power = 0
        self._visited = np.full(m * n, -1, dtype=np.int64)
        self._stride = 1
        while -(-m // self._stride) * -(-n // self._stride) > CANDIDATES:
            self._stride *= 2

    def record(self, visit: Visit, found: Found) -> None:
        """Take in what was measured at a planned point; in the order of the plan."""
        place = visit.j * self.shape[1] + visit.i
        self._drawn = self._spline = None
        self._visited[place] = len(self.visits)
        self.visits.append(visit)
        self.cost += 1.0 if visit.examples is None else self._share_of_tokens(visit.examples)
        # Past the room nothing is planned any more.
        for split, table in self._tables.items() if len(self.visits) <= self._room else ():
            none = np.full(len(table.tokens), np.nan)
            losses, margins = found.examples.get(split, (none, none))
            table.add(losses, margins, visit.foretold.get(split, (none, none)))
        sampled = {} if visit.examples is None else self.means(visit.examples, visit, found)
        if visit.trial is not None:
            self._judge_sampling(visit, *visit.trial, found)
        for metric in self.metrics:
            if visit.examples is None:
                value, noise = float(found.values[metric]), 0.0
                if metric in visit.predicted:
                    before, spread = visit.predicted[metric]
                    calibration = self._calibrations[metric]
                    if visit.random:
                        bound = calibration.factor() * spread
                        self._held_out[metric].append((abs(value - before), bound))
                    calibration.add(value - before, spread, visit.random)
            else:
                value, noise = sampled[metric], visit.expected[metric]
            self._values[metric].append(value)
            self._noise[metric].append(noise)

    def _judge_sampling(
        self,
        visit: Visit,
        examples: Mapping[str, IntArray],
        expected: Mapping[str, float],
        found: Found,
    ) -> None:
        """What a point measured whole would have been off by, measured on some examples."""
        for metric, value in self.means(examples, visit, found).items():
            surplus = value - float(found.values[metric])
            # In units of what was expected before it was corrected by earlier trials.
            before = expected[metric] / self._sampling[metric].size()
            self._sampling[metric].add(surplus, before, True)

    def means(
        self, examples: Mapping[str, IntArray], visit: Visit, found: Found
    ) -> dict[str, float]:
        """Metrics of a point from some of its examples, the others as foretold."""
        values: dict[str, float] = {}
        for metric in self.metrics:
            split, what = metric.split("_", 1)
            kind = 0 if what == "loss" else 1
            row = visit.foretold[split][kind].copy()
            row[examples[split]] = found.examples[split][kind][examples[split]]
            values[metric] = float((row if what == "loss" else ~(row > 0)).mean())
        return values

    def picture(self) -> Picture:
        """Estimates, bounds and their stated error, of what was recorded so far."""
        if self._drawn is None:
            self._drawn = self._draw()
        return self._drawn

    def _draw(self) -> Picture:
        plate, rows = self._settled()
        seen = self._visited >= 0
        whole = seen.copy()
        whole[seen] = [self.visits[k].examples is None for k in self._visited[seen]]
        estimates, bounds, errors = {}, {}, {}
        looked_at = self._candidates()
        all_places = np.arange(len(seen))
        expected = self._expected(plate, rows, all_places) if plate is not None else {}
        for metric in self.metrics:
            column = np.array(self._values[metric])
            if plate is None:
                estimate, off = np.full(len(seen), np.nan), np.full(len(seen), np.inf)
            else:
                estimate = self._predict(metric, plate, rows, self._places)
                off = expected[metric]
                errors[metric] = self._share(metric, looked_at, off[looked_at], plate, rows)
            estimate[seen] = column[self._visited[seen]]
            if plate is not None:
                # A spline swings below zero beside a wall, and so does what it foretells of single
                # examples; a loss that never was below zero where it was measured is not there.
                lowest = float(column[rows[self._whole(rows)]].min(initial=0.0))
                estimate = np.clip(estimate, lowest, 1.0 if metric.endswith("error") else None)
            off = np.where(whole, 0.0, off * self._calibrations[metric].factor())
            estimates[metric] = estimate.reshape(self.shape)
            bounds[metric] = off.reshape(self.shape)
        return Picture(estimates, bounds, errors)

    def summary(self) -> dict[str, Any]:
        """What the file and ``info`` say of the refinement; JSON-able.

        ``audit``: points drawn at random, measured after they had been estimated: how far the
        estimates were off then (95th percentile of the latest, as a share of the range) and the
        share that was within the bound stated before. ``stretch``: how many times as fast the
        surface changes along β as along α.
        """
        audit: dict[str, dict[str, float]] = {}
        for metric, pairs in self._held_out.items():
            off = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
            spread = self._spread_of(metric)
            if len(off) and spread > 0:
                audit[metric] = {
                    "points": len(off),
                    "p95": float(np.quantile(off[-LATEST:, 0], 0.95)) / spread,
                    "covered": float((off[:, 0] <= off[:, 1]).mean()),
                }
        whole = sum(visit.examples is None for visit in self.visits)
        return {
            "tolerance": None if self._everywhere else self.tolerance,
            "measured": whole,
            "sampled": len(self.visits) - whole,
            "lattice": math.prod(self.shape),
            "cost": self.cost,
            "errors": {m: e for m, e in self.picture().errors.items() if math.isfinite(e)},
            "audit": audit,
            "stretch": STEP**self._power,
        }

    def _spread_of(self, metric: str) -> float:
        finite = np.array([v for v in self._values[metric] if math.isfinite(v)])
        return value_range(finite)

    def _settled(self) -> tuple[ThinPlate | None, IntArray]:
        """As ``_plate``; what was foretold at sampled points is brought up to date first."""
        plate, rows = self._plate()
        sampled = [k for k, row in enumerate(rows) if self.visits[row].examples is not None]
        fresh = len(self.visits) == self._settled_at
        if plate is None or not sampled or fresh or len(rows) > SETTLED:
            return plate, rows
        self._settled_at = len(self.visits)
        for split, table in self._tables.items():
            rough = Roughness(table, plate, rows)
            left, self._left_out[split] = table.settle(plate, rows, rough.correlation)
            metric = f"{split}_loss"
            left = left * self._sampling[metric].size()
            for k in sampled:
                row = int(rows[k])
                self._values[metric][row] = float(table.losses[row].mean())
                self._noise[metric][row] = float(left[k])
                wrong = f"{split}_error"
                if wrong in self._values:
                    self._values[wrong][row] = float((table.margins[row] <= 0).mean())
        return plate, rows

    def _plate(self) -> tuple[ThinPlate | None, IntArray]:
        """The spline through what is finite of the planned visits, and which those are."""
        if self._spline is None:
            self._spline = self._fit()
        return self._spline

    def _fit(self) -> tuple[ThinPlate | None, IntArray]:
        count = min(len(self.visits), self._room)
        finite = np.ones(count, dtype=bool)
        for metric in self.losses:
            finite &= np.isfinite(self._values[metric][:count])
        for table in self._tables.values():
            finite &= np.isfinite(table.losses).all(axis=1) & np.isfinite(table.margins).all(axis=1)
        rows = np.flatnonzero(finite)
        visited = [v.j * self.shape[1] + v.i for v in self.visits[:count]]
        places = self._unit[visited][rows]
        if len(rows) < 6 or np.linalg.matrix_rank(places - places.mean(axis=0), tol=1e-9) < 2:
            return None, rows
        columns = np.stack([self._column(metric, rows) for metric in self.losses], axis=1)
        plate, self._power = fit(places, columns, self._power)
        self._places = stretched(self._unit, self._power)
        return plate, rows

    def _visit_places(self) -> FloatArray:
        return self._places[[v.j * self.shape[1] + v.i for v in self.visits]]

    def _column(self, metric: str, rows: IntArray) -> FloatArray:
        return np.array(self._values[metric])[rows]

    def _predict(self, metric: str, plate: ThinPlate, rows: IntArray, at: FloatArray) -> FloatArray:
        split, what = metric.split("_", 1)
        if what == "error" and split in self._tables:
            # An error is a count of margins below zero; margins are smooth where it has steps.
            margins = plate.predict_slabs(at, self._tables[split].margins[rows])
            return np.concatenate([(slab <= 0).mean(axis=1) for slab in margins])
        return plate.predict(at, self._column(metric, rows))

    def _expected(
        self, plate: ThinPlate, rows: IntArray, places: IntArray
    ) -> dict[str, FloatArray]:
        """Predicted error at lattice points, before calibration; 0 where all was measured."""
        at, visit = self._places[places], self._visited[places]
        off = self._off(plate, rows, at)
        found = {}
        for index, metric in enumerate(self.metrics):
            # A visited point is off by what its unmeasured examples leave, if there are any.
            here = np.array(self._noise[metric])[visit]
            found[metric] = np.where(visit >= 0, here, off[:, index])
        return found

    def _off(self, plate: ThinPlate, rows: IntArray, at: FloatArray) -> FloatArray:
        """Predicted error of the spline at any place, float64[x, metrics]."""
        power = plate.power(at)[:, None]
        noise = np.stack([np.array(self._noise[metric])[rows] for metric in self.metrics], axis=1)
        carried = plate.carried(at, noise) if noise.any() else 0.0
        return np.hypot(power * self._roughness(plate, rows, at), carried)

    def _roughness(self, plate: ThinPlate, rows: IntArray, at: FloatArray) -> FloatArray:
        columns = np.stack([self._column(metric, rows) for metric in self.metrics], axis=1)
        # Points that are partly foretold look smoother than they are.
        whole = self._whole(rows)
        return local_scale(
            at, plate.places[whole], plate.scales(columns)[whole], areas=plate.areas[whole]
        )

    def _share(
        self,
        metric: str,
        places: IntArray,
        expected: FloatArray,
        plate: ThinPlate,
        rows: IntArray,
    ) -> float:
        """Stated error over lattice points with these expected errors, as a share of the range."""
        spread = self._spread_of(metric)
        if not spread > 0:
            return 0.0
        scales = plate.scales(self._column(metric, rows))
        whole = self._whole(rows)
        caution = 1 + CAUTION / math.sqrt(max(whole.sum(), 1))
        residuals, carried = self._residuals(metric, plate, rows, scales)
        ratios = left_out_ratios(
            plate.places[whole],
            scales[whole],
            residuals[whole],
            carried[whole],
            plate.areas[whole],
        )
        visited = self._visited[places] >= 0
        # What a visited point is off by is its unmeasured examples' fault, not the spline's.
        groups = [
            (expected[~visited], self._calibrations[metric].now(ratios)),
            (expected[visited], self._sampling[metric].standardised()),
        ]
        return caution * percentile(groups) / spread

    def _residuals(
        self, metric: str, plate: ThinPlate, rows: IntArray, scales: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Of each visit left out, and what its neighbours' noise adds, in units of power."""
        split, what = metric.split("_", 1)
        residuals = self._left_out.get(split)
        if what != "loss" or residuals is None or len(residuals) != len(rows):
            return scales, np.zeros(len(rows))
        precision = np.diag(plate.precision)
        noise = np.array(self._noise[metric])[rows]
        carried = np.sqrt((plate.precision / precision[:, None]) ** 2 @ noise**2)
        return np.abs(residuals) * np.sqrt(precision), carried * np.sqrt(precision)

    def _whole(self, rows: IntArray) -> BoolArray:
        """Which of the visits were measured on all examples."""
        return np.array([self.visits[row].examples is None for row in rows], dtype=bool)

    def _candidates(self) -> IntArray:
        """Lattice points to look at: a part of a very fine lattice until that is used up."""
        m, n = self.shape
        while True:
            part = np.zeros(self.shape, dtype=bool)
            part[np.ix_(level_indices(m, self._stride), level_indices(n, self._stride))] = True
            places = np.flatnonzero(part.ravel())
            if self._stride == 1 or (self._visited[places] < 0).any():
                return places
            self._stride //= 2

    def _share_of_tokens(self, examples: Mapping[str, IntArray]) -> float:
        some = sum(float(self._tables[split].tokens[of].sum()) for split, of in examples.items())
        return some / sum(float(table.tokens.sum()) for table in self._tables.values())


def value_range(values: FloatArray) -> float:
    """Largest less smallest; 0 where that is rounding."""
    if not len(values):
        return 0.0
    spread = float(np.ptp(values))
    return spread if spread > 1e-9 * float(np.abs(values).max()) else 0.0
