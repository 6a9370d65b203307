"""Whether what a file holds is what a job asks for, so that it can be continued."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from pydantic import ValidationError

from landscape_gui.specs import (
    CurveSpec,
    EvaluationSpec,
    HessianSpec,
    LayerGroup,
    RollbackSpec,
    SurfaceSpec,
    target_name,
)
from landscape_gui.store import schema
from landscape_gui.store.creation import ExampleRoom
from landscape_gui.store.records import (
    CurveRecord,
    FloatArray,
    HessianRecord,
    History,
    LandscapeRecord,
    PlaneRecord,
    RollbackRecord,
    RunRecord,
    SurfaceRecord,
)

# A file is about one run, known by the hashes of its start point and checkpoints: where they lay,
# or how that was typed, makes no other measurement.
_PLACES = ("run", "base")

# Inner products of the same weights differ by the order of summation between devices; those of
# another training run differ by far more.
_RELATIVE = 1e-4


def same_run(first: RunRecord, second: RunRecord) -> bool:
    """Whether two records are about the same checkpoints, wherever they lie."""
    return [point.sha256 for point in first.checkpoints] == [
        point.sha256 for point in second.checkpoints
    ]


def same_history(first: History, second: History) -> bool:
    """Whether two histories are equal; NaN equals NaN."""
    return all(
        np.array_equal(a, b, equal_nan=True)
        for a, b in zip(astuple(first), astuple(second), strict=True)
    )


def same_target(
    record: SurfaceRecord | CurveRecord,
    spec: SurfaceSpec | CurveSpec,
    axes: Mapping[str, FloatArray],
    plane: PlaneRecord,
    checkpoints: int,
    metrics: tuple[str, ...],
    room: ExampleRoom,
) -> bool:
    """Whether a surface or curve is the one asked for, so that its missing points can be added."""
    return (
        _same_spec(record.spec, spec)
        and (not isinstance(record, SurfaceRecord) or _same_room(record, spec, room))
        and set(record.values) == set(metrics)
        and all(np.array_equal(getattr(record, name), points) for name, points in axes.items())
        and all(len(values) == checkpoints for values in record.checkpoint_values.values())
        and same_plane(record.plane, plane)
    )


def groups_to_continue(
    record: RollbackRecord,
    spec: RollbackSpec,
    groups: Sequence[LayerGroup],
    metrics: tuple[str, ...],
) -> tuple[LayerGroup, ...] | None:
    """The groups of a rollback that holds what was measured and what is asked for.

    Those of ``record`` come first, so that its rows keep their numbers. None if its rows mean
    something else than those of ``spec`` would, or all groups together would be too many.
    """
    if set(record.values) != set(metrics):
        return None
    if not _same_spec(record.spec, spec, "combinations", "groups", *_PLACES):
        return None
    try:
        joined = {name: LayerGroup.model_validate(of) for name, of in _layers(record)}
    except ValidationError:
        return None
    for group in groups:
        if joined.setdefault(group.name, group) != group:
            return None
    return tuple(joined.values()) if len(joined) <= schema.MAX_ROLLBACK_GROUPS else None


def rollback_to_continue(
    record: LandscapeRecord,
    spec: RollbackSpec,
    groups: Sequence[LayerGroup],
    metrics: tuple[str, ...],
) -> tuple[str, RollbackRecord, tuple[LayerGroup, ...]] | None:
    """Name, record and groups (``groups_to_continue``) of the rollback that is asked for.

    The one that is shown, else of those set aside the one of which most is measured.
    """
    aside = record.rollbacks_aside.items()
    found = sorted(aside, key=lambda item: -int(item[1].measured.sum()))
    if record.rollback is not None:
        found.insert(0, (schema.ROLLBACK, record.rollback))
    for name, table in found:
        joined = groups_to_continue(table, spec, groups, metrics)
        if joined is not None:
            return name, table, joined
    return None


def same_hessian(record: HessianRecord, spec: HessianSpec) -> bool:
    """Whether what a file holds is what a spec asks for, so that what is missing can be added."""
    return _same_spec(record.spec, spec, *_PLACES)


def hessian_to_continue(record: LandscapeRecord, spec: HessianSpec) -> str | None:
    """Name of the Hessian that is asked for: the one that is shown, else one that is set aside.

    Of several set aside it is one that is complete, if any is.
    """
    aside = record.hessians_aside.items()
    found = sorted(aside, key=lambda item: item[1].status != schema.COMPLETE)
    if record.hessian is not None:
        found.insert(0, (schema.HESSIAN, record.hessian))
    return next((name for name, item in found if same_hessian(item, spec)), None)


def _layers(record: RollbackRecord) -> Iterator[tuple[str, dict[str, Any]]]:
    return zip(record.groups, record.layers, strict=True)


def free_name(spec: SurfaceSpec | CurveSpec, taken: Container[str]) -> str:
    """``target_name(spec)``, numbered from 2 where that is taken."""
    name = base = target_name(spec)
    number = 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _same_spec(found: dict[str, Any], spec: EvaluationSpec, *others: str) -> bool:
    """Whether a file's spec asks for the same, wherever it is computed.

    What a spec from before a field existed does not say is that field's default.
    """
    try:
        parsed = type(spec).model_validate(found)
    except ValidationError:
        return False
    return _comparable(parsed, *others) == _comparable(spec, *others)


def _comparable(spec: EvaluationSpec, *others: str) -> dict[str, Any]:
    data = spec.model_dump(mode="json", exclude={"device", *others})
    if isinstance(spec, SurfaceSpec) and not spec.estimates:
        data["two_fidelity"] = "off"  # as good as: nothing is left to be estimated
    return data


def _same_room(record: SurfaceRecord, spec: SurfaceSpec | CurveSpec, room: ExampleRoom) -> bool:
    """Whether there is room for just what the spec needs beyond full measurements."""
    if not isinstance(spec, SurfaceSpec) or bool(record.estimates) != spec.estimates:
        return False
    if not spec.may_sample:
        return record.few_order is None
    wanted = {split: (room.rows, count) for split, count in room.examples.items()}
    return record.few_order is not None and record.example_results == wanted


def same_way(found: Mapping[str, Any], spec: SurfaceSpec) -> bool:
    """Whether a stored surface's points mean what the spec's would, wherever they lie.

    The runs themselves are compared by their hashes and by the plane, not by their directories.
    """
    try:
        parsed = SurfaceSpec.model_validate(found)
    except ValidationError:
        return False
    names = {"examples", "task", "group", "precision"}
    return parsed.model_dump(include=names) == spec.model_dump(include=names)


def same_plane(first: PlaneRecord, second: PlaneRecord) -> bool:
    """Whether two planes are one, whatever the order of summation."""
    if first.origin != second.origin or first.gram.shape != second.gram.shape:
        return False
    largest = float(np.abs(first.gram).max(initial=0.0))
    return bool(
        np.allclose(first.gram, second.gram, rtol=_RELATIVE, atol=_RELATIVE * largest)
    ) and bool(np.isclose(first.axis2_norm, second.axis2_norm, rtol=_RELATIVE, equal_nan=True))
