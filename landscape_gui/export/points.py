"""What is known of every point of a surface or curve, and how it came to be known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.estimate import fill
from landscape_gui.specs import UserError
from landscape_gui.store.measuring_command import measuring_command
from landscape_gui.store.records import CurveRecord, LandscapeRecord, SurfaceRecord

FloatArray = npt.NDArray[np.float64]
KindArray = npt.NDArray[np.uint8]


class Kind(IntEnum):
    """How a value came to be, the better the higher."""

    MISSING = 0
    ESTIMATED = 1
    SAMPLED = 2
    MEASURED = 3


KIND_WORDS = {
    Kind.MISSING: "missing",
    Kind.ESTIMATED: "estimated",
    Kind.SAMPLED: "sampled",
    Kind.MEASURED: "measured",
}
"""Sampled: measured on some of the examples, the others foretold."""


@dataclass(frozen=True, eq=False)
class Known:
    """One metric at every point; arrays of the lattice's shape.

    Attributes
    ----------
    values
        Measured or estimated; NaN where missing, and where NaN was measured.
    errors
        Standard errors over the examples; NaN where not measured on all of them.
    bounds
        What 95 % of the estimates are not off by more than: 0 where measured, NaN where not known.
    kinds
        A ``Kind`` for each.
    """

    values: FloatArray
    errors: FloatArray
    bounds: FloatArray
    kinds: KindArray


def known(target: SurfaceRecord | CurveRecord, metric: str) -> Known:
    """What a file says of one metric.

    Raises
    ------
    KeyError
        If the target has no such metric.
    """
    values = target.values[metric]
    measured = target.order >= 0
    kinds = np.where(measured, Kind.MEASURED, Kind.MISSING).astype(np.uint8)
    bounds = np.where(measured, 0.0, np.nan)
    if isinstance(target, SurfaceRecord) and metric in target.estimates:
        estimates = target.estimates[metric]
        estimated = ~measured & np.isfinite(estimates)
        kinds[estimated] = Kind.ESTIMATED
        if target.few_order is not None:
            kinds[estimated & (target.few_order >= 0)] = Kind.SAMPLED
        values = np.where(measured, values, np.where(estimated, estimates, np.nan))
        stated = target.bounds.get(metric, np.full(values.shape, np.nan))
        bounds = np.where(estimated, stated, bounds)
    else:
        values = np.where(measured, values, np.nan)
    errors = target.standard_errors.get(metric, np.full(values.shape, np.nan))
    return Known(values, np.where(measured, errors, np.nan), bounds, kinds)


def heights(values: FloatArray, kinds: KindArray) -> FloatArray:
    """Values to draw, finite everywhere: gaps are filled in, infinities drawn at the limits."""
    return fill(values, kinds != Kind.MISSING)


def chosen_surface(record: LandscapeRecord, name: str = "") -> SurfaceRecord:
    """The surface of that name; without one, the first of the whole model, else the first.

    Raises
    ------
    UserError
        If there is none.
    """
    if not record.surfaces:
        raise UserError(
            f"{record.path} holds no surface.",
            f"Measure one: {measuring_command(record, 'compute')}",
        )
    if name:
        if name not in record.surfaces:
            raise UserError(
                f"{record.path} holds no surface {name}.",
                f"Its surfaces are {', '.join(record.surfaces)}.",
            )
        return record.surfaces[name]
    whole = (s for s in record.surfaces.values() if not s.group and not s.part_of)
    return next(whole, next(iter(record.surfaces.values())))


def require_metric(target: SurfaceRecord, metric: str, record: LandscapeRecord) -> None:
    """Check that a surface has a metric of which something finite is known.

    Raises
    ------
    UserError
        If not.
    """
    if metric not in target.values:
        raise UserError(
            f"{target.name} in {record.path} holds no {metric}.",
            f"It holds {', '.join(target.values)}.",
        )
    if not np.isfinite(known(target, metric).values).any():
        raise UserError(
            f"Nothing of {metric} of {target.name} in {record.path} is measured and finite.",
            "Continue its measurement first.",
        )
