"""All claims of one file."""

from __future__ import annotations

import math
from dataclasses import dataclass

from landscape_gui.figures.report.agreement_claim import AgreementClaim, agreement_claim
from landscape_gui.figures.report.basin_claim import BasinClaim, Tolerated, basin_claim
from landscape_gui.figures.report.layers_claim import LayersClaim, layers_claim
from landscape_gui.figures.report.path_claim import PathClaim, path_claim
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.records import HessianRecord, LandscapeRecord


@dataclass(frozen=True, eq=False)
class Claims:
    """Numbers for each claim of the paper; None where the file holds nothing for it."""

    record: LandscapeRecord
    content_sha256: str
    tolerated: Tolerated
    basin: BasinClaim | None
    hessian: HessianRecord | None
    path: PathClaim
    agreement: AgreementClaim | None
    layers: LayersClaim


def claims_of(record: LandscapeRecord, tolerated: Tolerated | None = None) -> Claims:
    """Work the numbers out from what a file holds."""
    chosen = tolerated or Tolerated()
    basin = basin_claim(record, chosen)
    return Claims(
        record,
        content_sha256(record),
        chosen,
        basin,
        record.hessian,
        path_claim(record),
        agreement_claim(record, chosen),
        layers_claim(record, chosen, basin.drop if basin else math.nan),
    )
