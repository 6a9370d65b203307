"""Reads ``/hessian`` of a file from anywhere."""

from __future__ import annotations

import numpy as np

from landscape_gui.store import schema
from landscape_gui.store.checked import CheckedGroup, DamagedError
from landscape_gui.store.data_hashes import read_data_hashes
from landscape_gui.store.layer_group_reading import checked_group
from landscape_gui.store.lengths import are_lengths, checked_lengths
from landscape_gui.store.records import FloatArray, HessianRecord


def read_hessian(group: CheckedGroup) -> HessianRecord:
    """What was measured of the curvature at the end point.

    Raises
    ------
    DamagedError
        If it is not as this program writes it.
    """
    status = group.text(schema.STATUS)
    regions = group.texts("region")
    groups = group.json("groups").get("groups")
    count = len(regions)
    if not isinstance(groups, list) or not 0 < count <= schema.MAX_ROLLBACK_GROUPS + 1:
        raise DamagedError(f"{group.path}/groups does not list layer groups")
    groups = [checked_group(item, f"{group.path}/groups") for item in groups]
    if regions != ["", *(item["name"] for item in groups)]:
        raise DamagedError(f"{group.path}/region and its groups do not agree")
    steps = group.floats("difference_step", None)
    if not are_lengths(steps).all():
        raise DamagedError(f"{group.path}/difference_step holds what is no step")
    probes = group.integers("probes_measured", None, dtype=schema.FLAG)

    def columns(name: str) -> FloatArray:
        return group.floats(name, count, 2)

    return HessianRecord(
        regions=tuple(regions),
        groups=tuple(groups),
        examples=int(group.integers("examples")),
        loss=float(group.floats("loss")),
        gradient_norms=group.floats("gradient_norm", count),
        norms=checked_lengths(columns("norm"), f"{group.path}/norm"),
        filter_ratios=columns("filter_ratio"),
        slopes=columns("slope"),
        curvatures=columns("curvature"),
        difference_steps=steps,
        differences=group.floats("difference", count, 2, len(steps)),
        largest=columns("largest"),
        smallest=columns("smallest"),
        lanczos_steps=np.maximum(group.integers("lanczos_steps", count), 0),
        traces=columns("trace"),
        probes=int((probes != 0).sum()),
        spec=group.json("spec"),
        status=schema.COMPLETE if status == schema.COMPLETE else schema.INCOMPLETE,
        data_sha256=read_data_hashes(group),
    )
