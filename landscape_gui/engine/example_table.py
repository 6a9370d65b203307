"""What every example gave at the points visited so far, and which of them to ask at the next.

Between points, most examples change smoothly and some do not: they are about to be classified
otherwise. So a point can be measured on the examples whose loss cannot be foretold there, the
others taken from the spline through their own losses. Each is exact where it matters; a fixed
subset, the same at every point, was off by four to six times as much at the same cost (MiniLM and
the demonstration's model, 160 examples, a quarter of them).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.error_model import local_scale
from landscape_gui.geometry.thin_plate import ThinPlate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Share of an example's variance that is taken from all examples at the place. One that was flat at
# each of its nearest points may be the next to be classified otherwise; where many others are, it
# is the likelier.
SHARED = 0.02


@dataclass(frozen=True)
class Choice:
    """The examples of one split to be measured at one point.

    Attributes
    ----------
    examples
        int64[k], ascending.
    left_in
        ``loss`` and ``error`` → standard deviation of the mean over all examples that those which
        are not measured leave.
    """

    examples: IntArray
    left_in: dict[str, float]


class ExampleTable:
    """One split's losses and margins, visited points × examples.

    Parameters
    ----------
    tokens
        int64[N]: the examples' lengths, which is what measuring them costs.
    """

    def __init__(self, tokens: IntArray) -> None:
        self.tokens = np.asarray(tokens, dtype=np.float64)
        count = len(self.tokens)
        self.losses = np.empty((0, count))
        self.margins = np.empty((0, count))
        self.measured = np.empty((0, count), dtype=bool)

    def add(
        self, losses: npt.ArrayLike, margins: npt.ArrayLike, foretold: tuple[FloatArray, FloatArray]
    ) -> None:
        """Append a visited point; where its losses are NaN they count as ``foretold``."""
        known = np.isfinite(np.asarray(losses, dtype=np.float64))
        row = np.where(known, losses, foretold[0])
        margin = np.where(known, margins, foretold[1])
        self.losses = np.vstack((self.losses, row))
        self.margins = np.vstack((self.margins, margin))
        self.measured = np.vstack((self.measured, known))

    def settle(
        self, plate: ThinPlate, rows: IntArray, correlation: float
    ) -> tuple[FloatArray, FloatArray]:
        """Take what is not measured from the spline through what each example was measured at.

        What was foretold when a point was visited is known better once points around it are.

        Parameters
        ----------
        rows
            The visits that ``plate`` goes through.
        correlation
            Of ``Roughness``.

        Returns
        -------
        float64[rows]
            Standard deviation of each visit's mean loss that the settled values leave.
        float64[rows]
            What each visit's mean loss is off by if every example is predicted from all other
            visits that it was measured at: settled values know of the visit that is left out.
        """
        measured = self.measured[rows]
        losses, margins = self.losses[rows], self.margins[rows]
        scale = _scales_at(plate.places, plate, plate.scales(losses), measured)
        variance = np.zeros(len(rows))
        precision = np.repeat(np.diag(plate.precision)[:, None], losses.shape[1], axis=1)
        for example in np.flatnonzero(~measured.all(axis=0)):
            known = measured[:, example]
            if known.sum() < 6:
                continue
            unknown = np.flatnonzero(~known)
            covariance = np.linalg.inv(plate.precision[np.ix_(unknown, unknown)])
            mixed = plate.precision[np.ix_(unknown, np.flatnonzero(known))]
            given = np.stack((losses[known, example], margins[known, example]), axis=1)
            weights = covariance @ mixed
            losses[unknown, example], margins[unknown, example] = -(weights @ given).T
            precision[known, example] -= (mixed * weights).sum(axis=0)
            unit = np.maximum(np.diag(covariance), 0.0)
            variance[unknown] += scale[unknown, example] ** 2 * unit
        self.losses[rows], self.margins[rows] = losses, margins
        left_out = (plate.precision @ losses) / np.maximum(precision, 1e-300)
        return np.sqrt(correlation * variance) / losses.shape[1], left_out.mean(axis=1)


class Roughness:
    """How unevenly each example changes, at one stage of the refinement."""

    def __init__(self, table: ExampleTable, plate: ThinPlate, rows: IntArray) -> None:
        self._table, self._plate = table, plate
        self._losses, self._margins = table.losses[rows], table.margins[rows]
        self._measured = table.measured[rows]
        # Examples that err together leave more in the mean than independent ones would.
        whole = self._measured.all(axis=1)
        together = plate.scales(self._losses.mean(axis=1))[whole] ** 2
        self._scales = plate.scales(self._losses)
        alone = (self._scales[whole] ** 2).mean(axis=1)
        count = table.losses.shape[1]
        total = float(alone.sum())
        self.correlation = max(1.0, count * float(together.sum()) / total) if total > 0 else 1.0

    def foretell(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Losses and margins, float64[x, N] each, as the splines have them."""
        weights = self._plate.weights(at)
        return weights @ self._losses, weights @ self._margins

    def choose(self, at: FloatArray, power: FloatArray, allowed: float) -> list[Choice]:
        """For each point, the examples to measure so that the others leave at most ``allowed``.

        Those come first that remove the most variance per token.

        Parameters
        ----------
        at, power
            float64[x, 2], float64[x].
        allowed
            Standard deviation that may remain in the mean over all examples.
        """
        scale = _scales_at(at, self._plate, self._scales, self._measured)
        doubtful = self._doubt(at, power)
        count = scale.shape[1]
        found: list[Choice] = []
        for row, unit, doubt in zip(scale, power, doubtful, strict=True):
            variance = self.correlation * (unit * row / count) ** 2
            order = np.argsort(-variance / self._table.tokens, kind="stable")
            left = variance.sum() - np.concatenate(([0.0], np.cumsum(variance[order])))
            enough = left <= allowed**2
            needed = int(np.argmax(enough)) if enough.any() else count
            # An error is a count: what is left of it is at least half an example's worth.
            remaining = max(doubt[order[needed:]].sum(), 0.25) / count**2
            left_in = {
                "loss": math.sqrt(max(0.0, float(left[needed]))),
                "error": math.sqrt(remaining),
            }
            found.append(Choice(np.sort(order[:needed]), left_in))
        return found

    def _doubt(self, at: FloatArray, power: FloatArray) -> FloatArray:
        """Variance of whether each example is classified wrongly, float64[x, N], from 0 to ¼."""
        scales = self._plate.scales(self._margins)
        scale = _scales_at(at, self._plate, scales, self._measured)
        distance = self._plate.predict(at, self._margins) / np.maximum(
            power[:, None] * scale, 1e-12
        )
        wrong = 1.0 / (1.0 + np.exp(np.clip(1.702 * distance, -60.0, 60.0)))  # ≈ Φ(−distance)
        return wrong * (1.0 - wrong)


def _scales_at(
    at: FloatArray, plate: ThinPlate, scales: FloatArray, measured: BoolArray
) -> FloatArray:
    """How rough each example is at each place, float64[x, N], by the scales at the plate's."""
    own = local_scale(at, plate.places, scales, measured) ** 2
    return np.sqrt((1 - SHARED) * own + SHARED * own.mean(axis=1, keepdims=True))


def splits_of(tokens: Mapping[str, IntArray]) -> dict[str, ExampleTable]:
    """An empty table for every split."""
    return {split: ExampleTable(of) for split, of in tokens.items()}
