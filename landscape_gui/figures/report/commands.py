"""The commands that make what a file lacks, as they can be typed where run and file lie."""

from __future__ import annotations

from typing import Any

from landscape_gui.store.measuring_command import measuring_command
from landscape_gui.store.places import place_name
from landscape_gui.store.records import LandscapeRecord


def command(
    record: LandscapeRecord, verb: str, *options: str, like: dict[str, Any] | None = None
) -> str:
    """``landscape-gui VERB RUN … --out FILE``, on the data and examples of the file's results.

    A report is given to others: it names run and file without their folders.

    ``like`` is the spec to take them from; by default that of the first result.
    """
    return measuring_command(record, verb, *options, like=like, names_only=True)


def axis2_options(record: LandscapeRecord) -> tuple[str, ...]:
    """Axis 2 of the file's surface, if there is one."""
    for surface in record.surfaces.values():
        axis = surface.spec.get("axis2")
        if isinstance(axis, dict) and not surface.group:
            if axis.get("kind") == "other_run":
                other = ("--other", place_name(str(axis.get("run"))))
                base = axis.get("base")
                if isinstance(base, str) and base != surface.spec.get("base"):
                    other += ("--other-base", place_name(base))
                return other
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
