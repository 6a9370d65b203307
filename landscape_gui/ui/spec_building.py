"""Specs for what the user asks for by a click: as the landscape that is looked at was measured."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from landscape_gui.specs import (
    MAX_ROLLBACK_GROUPS,
    Axis2,
    EvaluationSpec,
    LatticeSpec,
    LayerGroup,
    OtherRunAxis,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
)
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene_building import fine_tuned

_AXIS2: TypeAdapter[Axis2] = TypeAdapter(Axis2)


def evaluation_fields(model: LandscapeModel) -> dict[str, Any]:
    """Run, base, task, examples and so on, as in the file's first plot that says them."""
    return _evaluation_fields(model, [plot.spec for plot in model.plots.values()])


def rollback_fields(model: LandscapeModel) -> dict[str, Any]:
    """The same as in the file's rollback, whose rows a job that differed would set aside."""
    specs = [plot.spec for plot in model.plots.values()]
    return _evaluation_fields(model, [model.rollback.spec, *specs])


def _evaluation_fields(model: LandscapeModel, specs: Iterable[dict[str, Any]]) -> dict[str, Any]:
    names = set(EvaluationSpec.model_fields)
    for known in specs:
        fields = {name: value for name, value in known.items() if name in names}
        try:
            spec = EvaluationSpec.model_validate(fields)
        except ValidationError:
            continue
        fields = {name: getattr(spec, name) for name in names}
        for name in ("run", "base"):
            if fields[name] is not None:
                fields[name] = beside(model.path, fields[name])
        return fields
    return {"run": Path(model.run.path)}


def beside(file: Path, path: Path) -> Path:
    """A path that was given relative to another directory, where it lies beside its file."""
    there = file.parent / path
    return there if not path.exists() and there.exists() else path


def rollback_spec(model: LandscapeModel, names: frozenset[str]) -> RollbackSpec:
    """Measure exactly this combination, and the fine-tuned model if that is not known."""
    combination = tuple(name for name in model.groups if name in names)
    combinations = [combination] if combination else []
    if fine_tuned(model) is None or not combination:
        combinations.insert(0, ())
    return RollbackSpec(
        **rollback_fields(model),
        groups=_groups_with(model, names),
        combinations=tuple(combinations),
    )


def _groups_with(model: LandscapeModel, names: frozenset[str]) -> tuple[LayerGroup, ...]:
    """As many groups as a rollback takes, these among them: the file's first, in its order."""
    table = [name for name in model.rollback.groups if name in model.groups]
    wanted = dict.fromkeys((*table, *(n for n in model.groups if n in names), *model.groups))
    room = MAX_ROLLBACK_GROUPS - len(names - set(table))
    chosen = [n for k, n in enumerate(wanted) if n in names or k < room]
    return tuple(model.groups[name] for name in chosen[:MAX_ROLLBACK_GROUPS])


def rollback_table_spec(model: LandscapeModel) -> RollbackSpec:
    """Every single group, none, and all (Hao et al. 2019, Table 1)."""
    return RollbackSpec(**rollback_fields(model), groups=_groups_with(model, frozenset()))


def group_surface_spec(model: LandscapeModel, group: LayerGroup) -> SurfaceSpec:
    """The surface of a layer group, as the whole model's: axis 2, lattice, accuracy."""
    axis2: Axis2 = whole_model_axis(model) or RandomAxis()
    lattice = LatticeSpec()
    accuracy: dict[str, Any] = {}
    source = _whole_model_surface(model)
    if source is not None:
        try:
            lattice = LatticeSpec.model_validate(source.spec.get("lattice", {}))
            names = ("tolerance", "two_fidelity")
            accuracy = {name: source.spec[name] for name in names if name in source.spec}
        except ValidationError:
            pass
    fields = evaluation_fields(model) | accuracy
    return SurfaceSpec(**fields, axis2=axis2, group=group, lattice=lattice)


def part_spec(model: LandscapeModel, plot: LivePlot, lattice: LatticeSpec) -> SurfaceSpec | None:
    """A finer part of a surface; None where the file does not say how that was measured."""
    try:
        spec = SurfaceSpec.model_validate(plot.spec).part(plot.name, lattice)
    except ValidationError:
        return None
    found: dict[str, Any] = {
        "run": beside(model.path, spec.run),
        "base": spec.base and beside(model.path, spec.base),
    }
    if isinstance(spec.axis2, OtherRunAxis):
        found["axis2"] = _found_axis(model, spec.axis2)
    return spec.model_copy(update=found)


def whole_model_axis(model: LandscapeModel) -> Axis2 | None:
    """Axis 2 of the whole model's surface, where it lies now; None if nothing says what it is."""
    source = _whole_model_surface(model)
    if source is None:
        return None
    try:
        axis2 = _AXIS2.validate_python(source.spec.get("axis2"))
    except ValidationError:
        return None
    return _found_axis(model, axis2) if isinstance(axis2, OtherRunAxis) else axis2


def _found_axis(model: LandscapeModel, axis2: OtherRunAxis) -> OtherRunAxis:
    base = axis2.base and beside(model.path, axis2.base)
    return axis2.model_copy(update={"run": beside(model.path, axis2.run), "base": base})


def _whole_model_surface(model: LandscapeModel) -> LivePlot | None:
    surfaces = model.of_kind("surface")
    return next((s for s in surfaces if not s.group), surfaces[0] if surfaces else None)
