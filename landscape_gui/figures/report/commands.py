"""The commands that make what a file lacks, as they can be typed where run and file lie."""

from __future__ import annotations

import shlex
from typing import Any

from landscape_gui.store.places import place_name
from landscape_gui.store.records import LandscapeRecord


def command(
    record: LandscapeRecord, verb: str, *options: str, like: dict[str, Any] | None = None
) -> str:
    """``landscape-gui VERB RUN … --out FILE``, on the examples of the file's results.

    A report is given to others: it names run and file without their folders.

    ``like`` is the spec to take them from; by default that of the first result.
    """
    parts = ["landscape-gui", verb, place_name(record.run.path), *options]
    spec = _spec(record) if like is None else like
    if isinstance(spec.get("base"), str):
        parts += ["--base", place_name(spec["base"])]
    examples = spec.get("examples")
    if isinstance(examples, dict):
        for split in ("train", "dev"):
            if isinstance(examples.get(split), int):
                parts += [f"--{split}-examples", str(examples[split])]
        if examples.get("seed"):
            parts += ["--seed", str(examples["seed"])]
    return shlex.join([*parts, "--out", record.path.name])


def _spec(record: LandscapeRecord) -> dict[str, Any]:
    targets = (*record.surfaces.values(), *record.curves.values())
    specs = [target.spec for target in targets]
    if record.rollback is not None:
        specs.append(record.rollback.spec)
    return specs[0] if specs else {}


def axis2_options(record: LandscapeRecord) -> tuple[str, ...]:
    """Axis 2 of the file's surface, if there is one."""
    for surface in record.surfaces.values():
        axis = surface.spec.get("axis2")
        if isinstance(axis, dict) and not surface.group:
            if axis.get("kind") == "other_run":
                return ("--other", place_name(str(axis.get("run"))))
            if axis.get("kind") == "pca":
                return ("--axis2", "pca")
    return ("--axis2", "random")


def surface_command(record: LandscapeRecord) -> str:
    """A surface of the whole encoder."""
    return command(record, "compute", "--axis2", "random")


def curve_command(record: LandscapeRecord, group: str = "") -> str:
    """A curve along δ1, of the whole encoder or a group."""
    return command(record, "compute", "--curve", *(("--group", group) if group else ()))


def hessian_command(record: LandscapeRecord) -> str:
    """The Hessian, along the axes of the file's surface too; one that was begun goes on.

    One without axis 2 is measured anew, as it was.
    """
    found = record.hessian
    if found is None:
        return command(record, "hessian", *axis2_options(record))
    options = list(axis2_options(record))
    for name in ("steps", "probes"):
        if isinstance(found.spec.get(name), int):
            options += [f"--{name}", str(found.spec[name])]
    return command(record, "hessian", *options, like=found.spec)


def rollback_command(record: LandscapeRecord) -> str:
    """Every combination of the default groups; of groups that were rolled back, the same."""
    like = record.rollback.spec if record.rollback is not None else None
    return command(record, "rollback", like=like)
