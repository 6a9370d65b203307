"""Claim 4 of the paper: training loss and development error have surfaces of one shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape_gui.figures.panel_reading import stated_error
from landscape_gui.figures.report.basin_claim import METRIC, Tolerated
from landscape_gui.figures.report.known import (
    KnownSurface,
    Place,
    known_surface,
    whole_surface,
)
from landscape_gui.geometry.agreement import Minima, minima, spearman
from landscape_gui.geometry.basin import basin_of
from landscape_gui.store.records import LandscapeRecord

# Fewer points have no order worth a number.
_FEWEST = 6


@dataclass(frozen=True)
class RankAgreement:
    """Spearman's correlation over some of the points; NaN where they are too few.

    ``measured`` of the ``points`` are measured on all examples.
    """

    where: str
    points: int
    measured: int
    correlation: float


@dataclass(frozen=True)
class AgreementClaim:
    """Training loss against development error over one plane.

    ``distance`` between the minima in weight space; in ``places`` it is in units of ‖δ1‖.

    Attributes
    ----------
    bounds
        What 95 % of such estimates are not off by more than, at the two minima; 0 where measured.
    stated
        How far the two surfaces are off, as a share of their ranges; None where nothing says so.
    """

    surface: str
    other: str
    ranks: tuple[RankAgreement, ...]
    places: Minima | None
    distance: float
    bounds: tuple[float, float]
    stated: tuple[float | None, float | None]
    points: int
    measured: int
    interpolated: int


def agreement_claim(
    record: LandscapeRecord, tolerated: Tolerated, other: str = "dev_error"
) -> AgreementClaim | None:
    """None if no surface of the whole encoder holds both metrics."""
    surface = whole_surface(record)
    if surface is None:
        return None
    loss, error = known_surface(surface, METRIC), known_surface(surface, other)
    if loss is None or error is None:
        return None
    everywhere = np.ones(loss.values.shape, dtype=np.bool_)
    regions = [("whole plane", everywhere)]
    for words, rise in (
        ("basin below the start point's loss", loss.top - loss.bottom),
        (f"basin within ε = {tolerated.absolute:g}", tolerated.absolute),
    ):
        if np.isfinite(rise) and rise > 0:
            level = loss.bottom + rise
            try:
                basin = basin_of(loss.alpha, loss.beta, loss.values, loss.end, level)
            except ValueError:
                continue
            regions.append((words, basin.inside))
    ranks = tuple(
        RankAgreement(
            words,
            int(inside.sum()),
            int((inside & (loss.bounds == 0)).sum()),
            spearman(loss.values[inside], error.values[inside])
            if inside.sum() >= _FEWEST
            else float("nan"),
        )
        for words, inside in regions
    )
    places = minima(loss.alpha, loss.beta, loss.values, error.values, surface.plane.cosine)
    return AgreementClaim(
        surface.name,
        other,
        ranks,
        places,
        places.distance * surface.plane.axis1_norm if places else float("nan"),
        (_bound(loss, places.first), _bound(error, places.second)) if places else (0.0, 0.0),
        (stated_error(surface, METRIC), stated_error(surface, other)),
        loss.values.size,
        loss.measured,
        loss.interpolated,
    )


def _bound(surface: KnownSurface, place: Place) -> float:
    i = int(np.abs(surface.alpha - place[0]).argmin())
    j = int(np.abs(surface.beta - place[1]).argmin())
    return float(surface.bounds[j, i])
