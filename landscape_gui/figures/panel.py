"""What a panel shows of one landscape: heights without gaps, a part of the plane, remarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.arrays import BoolArray, FloatArray
from landscape_gui.geometry.estimate import fill
from landscape_gui.shares import percentage
from landscape_gui.specs import UserError

_MOST_REFINED = 16


@dataclass(frozen=True, eq=False)
class Point:
    """A marked point: ``start``, ``end`` or ``rolled_back``; its value is NaN if unknown."""

    kind: str
    alpha: float
    beta: float
    value: float


@dataclass(frozen=True, eq=False)
class Field:
    """Values on a fine lattice, ready to draw: ``values[j, i]`` is over (alpha[i], beta[j])."""

    alpha: FloatArray
    beta: FloatArray
    values: FloatArray


@dataclass(frozen=True, eq=False)
class Panel:
    """One landscape, ready to draw.

    Attributes
    ----------
    values
        float64[m, n]: measured values, elsewhere stored estimates; NaN where there is neither.
    known
        The finite ones of them.
    trajectory
        α, β of the checkpoints in the plane; None where they cannot be told.
    off_plane
        How far the checkpoint that is farthest from this plane is off, as a share of its way.
    estimated
        bool[m, n]: points that are not measured and have a stored estimate; None if there is none.
    sampled
        bool[m, n]: which of them were measured on few examples; None if there is none.
    error
        How far 95 % of the lattice are off at most, as a share of the range, where the file says.
    parts
        Parts of it measured finer, the finest last; they lie on top.
    epochs
        One short text per checkpoint of the trajectory.
    name
        Of the surface in its file.
    """

    title: str
    alpha: FloatArray
    beta: FloatArray
    values: FloatArray
    measured: BoolArray
    not_finite: int
    known: FloatArray
    points: tuple[Point, ...]
    trajectory: tuple[FloatArray, FloatArray] | None
    alpha_title: str
    beta_title: str
    estimated: BoolArray | None = None
    sampled: BoolArray | None = None
    error: float | None = None
    parts: tuple[Panel, ...] = ()
    epochs: tuple[str, ...] = ()
    name: str = ""
    off_plane: float = 0.0

    def known_in(
        self,
        alpha_range: tuple[float, float] | None = None,
        beta_range: tuple[float, float] | None = None,
    ) -> FloatArray:
        """The finite values in a part of the plane, float64[k]; of all if it has none of its own.

        Where the part is small, values between the points count as well.
        """
        if alpha_range is None and beta_range is None:
            return self.known
        low, high = float(self.known.min()), float(self.known.max())
        return self.field(low, high, alpha_range, beta_range).values.reshape(-1)

    @property
    def least(self) -> float:
        """The smallest value above 0 that was measured; 0 if there is none."""
        measured = self.values[self.measured & np.isfinite(self.values)]
        return float(measured[measured > 0].min()) if (measured > 0).any() else 0.0

    def field(
        self,
        low: float,
        high: float,
        alpha_range: tuple[float, float] | None = None,
        beta_range: tuple[float, float] | None = None,
        cells: int = 96,
    ) -> Field:
        """Values within the limits on at least so many cells per axis, if need be interpolated.

        The ranges are cut to what was measured, to whole cells of the fine lattice.

        Raises
        ------
        UserError
            If a range lies outside.
        """
        shown = _cells_in(self.alpha, alpha_range), _cells_in(self.beta, beta_range)
        factor = 1
        while factor < _MOST_REFINED and factor * min(shown) < cells:
            factor *= 2
        alpha, beta = refined(self.alpha, factor), refined(self.beta, factor)
        columns, rows = _within(alpha, alpha_range), _within(beta, beta_range)
        values = self.heights(low, high, factor)[rows, columns]
        alpha, beta = alpha[columns], beta[rows]
        for part in self.parts:
            values = np.where(
                _inside(beta, part.beta)[:, None] & _inside(alpha, part.alpha)[None, :],
                part.at(alpha, beta, (low, high)),
                values,
            )
        return Field(alpha, beta, values)

    def at(self, alpha: FloatArray, beta: FloatArray, limits: tuple[float, float]) -> FloatArray:
        """Values float64[len(beta), len(alpha)] at other places; beyond the rim those at it."""
        fine = refined(self.alpha, 4), refined(self.beta, 4)
        values = self.heights(*limits, 4)
        across = np.stack([np.interp(alpha, fine[0], row) for row in values])
        return np.stack([np.interp(beta, fine[1], column) for column in across.T], axis=1)

    def heights(self, low: float, high: float, refinement: int = 1) -> FloatArray:
        """Values within the limits, finite everywhere, interpolated where nothing is known.

        Parameters
        ----------
        refinement
            Power of two: each cell of the lattice is divided into that many along both axes, by
            the same interpolation.

        Returns
        -------
        float64[(m − 1) * refinement + 1, (n − 1) * refinement + 1]
        """
        rows, columns = ((length - 1) * refinement + 1 for length in self.values.shape)
        values = np.full((rows, columns), np.nan)
        given = np.zeros((rows, columns), dtype=np.bool_)
        # Clipped first: beside a tower, interpolation would dig a trench as deep as the limits.
        values[::refinement, ::refinement] = np.clip(self.values, low, high)
        known = self.measured if self.estimated is None else self.measured | self.estimated
        given[::refinement, ::refinement] = known
        return np.clip(fill(values, given), low, high)

    def remarks(self, high: float, seen: FloatArray | None = None) -> tuple[str, ...]:
        """What a reader has to know: what is not measured, not finite, or cut off at ``high``.

        ``seen`` are the values that are shown, if not all.
        """
        shown = self.known if seen is None else seen
        found: list[str] = []
        done, total = int(self.measured.sum()), self.measured.size
        if self.estimated is not None:
            found.append(f"{percentage(done / total)} measured")
            if self.error is not None:
                found.append(f"within {percentage(self.error)} of the range")
        elif done < total:
            found.append(f"{done} of {total} points measured")
        if self.not_finite:
            found.append(f"{self.not_finite} not finite")
        if self.not_finite or (shown.size and shown.max() > high * (1 + 1e-9)):
            found.append(f"clipped at {high:.3g}")
        return tuple(found)

    def provenance(self) -> str:
        """How the points came to be, in a sentence."""
        done, total = int(self.measured.sum()), self.measured.size
        words = f"{done} of {total} points measured"
        if self.sampled is not None:
            words += f", {int(self.sampled.sum())} on few examples"
        if self.estimated is not None:
            rest = int(self.estimated.sum())
            if self.sampled is not None:
                rest -= int(self.sampled.sum())
            words += f", {rest} estimated"
        if self.estimated is not None and self.error is not None:
            words += f"; 95 % of the points are within {percentage(self.error)} of the range"
        return f"{words}."


def refined(points: FloatArray, factor: int) -> FloatArray:
    """Axis points with ``factor − 1`` more between every two."""
    places = np.arange((len(points) - 1) * factor + 1) / factor
    return np.interp(places, np.arange(len(points)), points)


def _within(axis: FloatArray, wanted: tuple[float, float] | None) -> slice:
    """The points of a fine axis in a range, rounded to the nearest ones."""
    if wanted is None:
        return slice(None)
    first, last = (int(np.abs(axis - end).argmin()) for end in wanted)
    if last - first < 2:
        raise UserError(
            f"The range {wanted[0]:g} to {wanted[1]:g} lies outside what was measured, "
            f"{axis[0]:g} to {axis[-1]:g}.",
            "Choose another one.",
        )
    return slice(first, last + 1)


def _cells_in(axis: FloatArray, wanted: tuple[float, float] | None) -> float:
    low, high = wanted or (axis[0], axis[-1])
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    return max((min(high, axis[-1]) - max(low, axis[0])) / step, 1.0)


def _inside(axis: FloatArray, part: FloatArray) -> BoolArray:
    return (axis >= part[0] - 1e-9) & (axis <= part[-1] + 1e-9)
