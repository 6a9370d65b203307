"""Reads a landscape file into plain arrays, also while a writer fills it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np

from landscape_gui.markup import printable
from landscape_gui.specs import METRICS, UserError
from landscape_gui.store import schema
from landscape_gui.store.checked import Budget, CheckedGroup, DamagedError, parse_object
from landscape_gui.store.data_hashes import read_data_hashes
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.hdf5_access import group_at, open_for_reading
from landscape_gui.store.hessian_reading import read_hessian
from landscape_gui.store.layer_group_reading import checked_group
from landscape_gui.store.lengths import checked_lengths
from landscape_gui.store.named_points import with_named_points
from landscape_gui.store.reading_refinement import (
    read_estimates,
    read_example_shapes,
    read_few,
)
from landscape_gui.store.records import (
    Anchor,
    CheckpointRecord,
    CurveRecord,
    FloatArray,
    History,
    LandscapeRecord,
    PlaneRecord,
    RollbackRecord,
    RunRecord,
    SurfaceRecord,
)
from landscape_gui.store.set_aside import numbered

_Part = TypeVar("_Part")
# 1, and what rounding may add to it.
_LARGEST_COSINE = 1.001
_HISTORY = ("step", "epoch", "train_loss", "dev_loss", "dev_error")


def read_landscape(path: Path) -> LandscapeRecord:
    """Everything a landscape file holds; works while a writer is active.

    What cannot be trusted is told in ``LandscapeRecord.problems``: a dataset whose checksum does
    not match is given as it is, a surface or curve that cannot be read at all is left out.

    Raises
    ------
    UserError
        If there is no such file, it is not a landscape file, it was made by a newer version, or
        it is damaged so that not even its run can be read.
    """
    path = Path(path)
    check_header(path)
    try:
        with open_for_reading(path) as file:
            return _read(path, CheckedGroup(group_at(file, "/"), Budget()))
    except (DamagedError, OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise UserError(
            f"{path} is damaged: {printable(str(error))}", "Use a copy, or measure again."
        ) from error


def check_header(path: Path) -> None:
    """Make sure that ``path`` is a landscape file of a version this program reads.

    Raises
    ------
    UserError
        If it is not.
    """
    try:
        if not (path.is_file() or path.is_dir()) and path.exists():
            # Opening a pipe would wait for whoever writes into it.
            raise UserError(f"{path} is no file.", "Choose a *.landscape.h5 file.")
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    if not h5py.is_hdf5(path):
        raise UserError(
            f"{path} is not an HDF5 file, or its beginning is damaged.",
            "Choose a *.landscape.h5 file.",
        )
    try:
        with open_for_reading(path) as file:
            root = CheckedGroup(group_at(file, "/"), Budget())
            kind, version = root.attribute("format"), root.attribute("format_version")
            creator = root.attribute("creator")
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise UserError(
            f"{path} is cut short or damaged: HDF5 cannot open it.",
            "Copy it again from where it was made, or measure again.",
        ) from error
    if kind != schema.FORMAT or not isinstance(version, int):
        raise UserError(
            f"{path} is an HDF5 file, but not a landscape file.",
            "Choose a *.landscape.h5 file that Landscape GUI wrote.",
        )
    if version > schema.FORMAT_VERSION:
        by = f" by {creator}" if isinstance(creator, str) else ""
        raise UserError(
            f"{path} was written{by} in format version {version}; this program reads up to "
            f"{schema.FORMAT_VERSION}.",
            "Update Landscape GUI to open it.",
        )


def _read(path: Path, root: CheckedGroup) -> LandscapeRecord:
    problems: list[str] = []
    run_group = root.group(schema.RUN)
    run = _read_run(run_group, problems)
    problems += run_group.verify()
    surfaces: dict[str, SurfaceRecord] = {}
    curves: dict[str, CurveRecord] = {}
    for kind in (schema.SURFACES, schema.CURVES):
        parent = root.group(kind)
        for link in parent.names():
            name = printable(link)
            try:
                group = parent.group(link)
                if kind == schema.SURFACES:
                    surfaces[name] = _read_surface(group, name)
                else:
                    curves[name] = _read_curve(group, name)
                problems += group.verify()
            except (DamagedError, OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
                problems.append(f"{kind}/{name} is left out: {error}.")
    rollback = _part(root, schema.ROLLBACK, _read_rollback, problems)
    hessian = _part(root, schema.HESSIAN, read_hessian, problems)
    rollbacks_aside = _set_aside(root, schema.ROLLBACK, _read_rollback, problems)
    hessians_aside = _set_aside(root, schema.HESSIAN, read_hessian, problems)
    return LandscapeRecord(
        path=path,
        run=run,
        layer_groups=_read_layer_groups(root, problems),
        surfaces=surfaces,
        curves=curves,
        rollback=rollback,
        problems=tuple(map(printable, problems)),
        hessian=hessian,
        rollbacks_aside=rollbacks_aside,
        hessians_aside=hessians_aside,
    )


def _part(
    root: CheckedGroup, name: str, read: Callable[[CheckedGroup], _Part], problems: list[str]
) -> _Part | None:
    """A part that not every file has; what is wrong with it is added to ``problems``."""
    found = None
    if root.has(name):
        try:
            group = root.group(name)
            found = read(group)
            problems += group.verify()
        except (DamagedError, OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            problems.append(f"{name} is left out: {error}.")
    return found


def _set_aside(
    root: CheckedGroup, kind: str, read: Callable[[CheckedGroup], _Part], problems: list[str]
) -> dict[str, _Part]:
    """Parts of a kind that others have taken the place of, by their names in the file."""
    try:
        names = numbered(root.names(), kind)
    except DamagedError as error:
        problems.append(f"What is set aside of {kind} is left out: {error}.")
        return {}
    parts = {name: _part(root, name, read, problems) for name in names}
    return {name: part for name, part in parts.items() if part is not None}


def _read_layer_groups(root: CheckedGroup, problems: list[str]) -> dict[str, Any]:
    """Layer groups by their names; what is wrong with one is added to ``problems``."""
    found = {}
    for name, data in root.json(schema.LAYER_GROUPS).items():
        try:
            found[name] = checked_group(data, f"{schema.LAYER_GROUPS}/{name}")
        except DamagedError as error:
            problems.append(f"{schema.LAYER_GROUPS}/{name} is left out: {error}.")
    return found


def _read_history(group: CheckedGroup, problems: list[str]) -> History:
    """The training history; rows of no step are left out."""
    length = len(group.floats("step", None))
    columns = [group.floats(name, length) for name in _HISTORY]
    at_a_step = np.isfinite(columns[0])
    if not at_a_step.all():
        problems.append(f"{group.path}/step holds what is no step; those rows are left out.")
        columns = [column[at_a_step] for column in columns]
    return History(*columns)


def _read_run(group: CheckedGroup, problems: list[str]) -> RunRecord:
    checkpoints = group.group("checkpoints")
    paths = checkpoints.texts("path")
    count = len(paths)
    rows = zip(
        paths,
        checkpoints.integers("step", count).tolist(),
        checkpoints.floats("epoch", count).tolist(),
        checkpoints.texts("sha256", (count,)),
        strict=True,
    )
    gram = _read_gram(group)
    parts = group.group(schema.PARTS) if group.has(schema.PARTS) else None
    names = parts.texts("name") if parts else []
    norms = parts.floats("delta_squared", len(names)).tolist() if parts else []
    return RunRecord(
        name=group.text("name"),
        path=group.text("path"),
        model=group.text("model"),
        task=group.text("task"),
        init=group.text("init"),
        checkpoints=tuple(CheckpointRecord(*row) for row in rows),
        history=_read_history(group.group("history"), problems),
        gram=gram,
        layer_count=int(group.integers("layer_count")),
        details=group.json("details"),
        part_norms=dict(zip(names, norms, strict=True)),
    )


def _read_surface(group: CheckedGroup, name: str) -> SurfaceRecord:
    alpha, beta = _read_axis(group, "alpha"), _read_axis(group, "beta")
    shape = len(beta), len(alpha)
    # Before the rest: these points are measured in full later, if at all.
    few_order, few_examples = read_few(group, metrics_of(group), shape)
    target = _read_target(group, name, alpha, shape)
    estimates, bounds = read_estimates(group, target["values"], target["order"])
    surface = SurfaceRecord(
        beta=beta,
        estimates=estimates,
        bounds=bounds,
        few_order=few_order,
        few_examples=few_examples,
        example_results=read_example_shapes(group, tuple(target["values"])),
        **target,
    )
    # Where every point is to be measured, the lattice comes to them: how many it holds is a count.
    if estimates or surface.status == schema.COMPLETE:
        surface = with_named_points(surface)
    return surface


def _read_curve(group: CheckedGroup, name: str) -> CurveRecord:
    alpha = _read_axis(group, "alpha")
    return CurveRecord(**_read_target(group, name, alpha, (len(alpha),)))


def _read_axis(group: CheckedGroup, name: str) -> FloatArray:
    points = group.floats(name, None)
    if not len(points) or not np.isfinite(points).all() or not (np.diff(points) > 0).all():
        raise DamagedError(f"{group.path}/{name} is not an ascending axis")
    return points


def _read_target(
    group: CheckedGroup, name: str, alpha: FloatArray, shape: tuple[int, ...]
) -> dict[str, Any]:
    # The status before everything, the order before the values: a writer that is at work goes the
    # other way round, so that what reads as measured or complete is there.
    status = group.text(schema.STATUS)
    order = group.integers("order", *shape)
    metrics = metrics_of(group)
    values, errors = _metric_arrays(group, metrics, *shape)
    checkpoints = group.group("checkpoints")
    count = len(checkpoints.integers("measured", None, dtype=schema.FLAG))
    return {
        "name": name,
        "alpha": alpha,
        "values": values,
        "standard_errors": errors,
        "order": order,
        "anchors": read_anchors(group.group("anchors"), metrics),
        "checkpoint_values": {metric: checkpoints.floats(metric, count) for metric in metrics},
        "plane": _read_plane(group.group("plane")),
        "spec": group.json("spec"),
        "status": schema.COMPLETE if status == schema.COMPLETE else schema.INCOMPLETE,
        "group": group.text("group"),
        "notes": read_notes(group)[1],
        "data_sha256": read_data_hashes(group),
    }


def metrics_of(group: CheckedGroup) -> tuple[str, ...]:
    """Metrics that a target holds, in their usual order."""
    metrics = tuple(metric for metric in METRICS if group.has(metric))
    if not metrics:
        raise DamagedError(f"{group.path} holds no metric")
    return metrics


def _metric_arrays(
    group: CheckedGroup, metrics: tuple[str, ...], *shape: int
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    values = {metric: group.floats(metric, *shape) for metric in metrics}
    errors = {metric: group.floats(schema.errors_name(metric), *shape) for metric in metrics}
    return values, errors


def read_anchors(group: CheckedGroup, metrics: tuple[str, ...]) -> tuple[Anchor, ...]:
    """Anchors measured so far, in the order in which they were."""
    names = group.texts("name", (schema.ANCHOR_SLOTS,))
    alpha = group.floats("alpha", schema.ANCHOR_SLOTS)
    beta = group.floats("beta", schema.ANCHOR_SLOTS)
    values, errors = _metric_arrays(group, metrics, schema.ANCHOR_SLOTS)
    return tuple(
        Anchor(
            name=name,
            alpha=float(alpha[slot]),
            beta=float(beta[slot]),
            values={metric: float(values[metric][slot]) for metric in metrics},
            standard_errors={metric: float(errors[metric][slot]) for metric in metrics},
        )
        for slot, name in enumerate(names)
        if name
    )


def _read_plane(group: CheckedGroup) -> PlaneRecord:
    gram = _read_gram(group)

    def norm(name: str) -> float:
        return float(checked_lengths(group.floats(name), f"{group.path}/{name}"))

    cosine = float(group.floats("cosine"))
    if abs(cosine) > _LARGEST_COSINE:
        raise DamagedError(f"{group.path}/cosine holds what is no cosine")
    return PlaneRecord(
        origin=group.text("origin"),
        axis1_norm=norm("axis1_norm"),
        axis2_norm=norm("axis2_norm"),
        cosine=cosine,
        axis2_label=group.text("axis2_label"),
        gram=gram,
    )


def _read_gram(group: CheckedGroup) -> FloatArray:
    """Square matrix of inner products."""
    gram = group.floats("gram", None, None)
    if gram.shape[0] != gram.shape[1]:
        raise DamagedError(f"{group.path}/gram is not square: {gram.shape}")
    return gram


def read_notes(group: CheckedGroup) -> tuple[int, dict[str, Any]]:
    """Serial number and notes of the newer of the two slots that is whole."""
    newest: tuple[int, dict[str, Any]] = (0, {})
    for text in group.raw_texts(schema.NOTES, (2,), errors="replace"):
        if not text:
            continue
        try:
            slot = parse_object(text, group.path)
        except DamagedError:
            continue  # torn by a kill; the other slot holds the notes before it
        serial, notes = slot.get("serial"), slot.get("notes")
        whole = "\N{REPLACEMENT CHARACTER}" not in text
        if isinstance(serial, int) and isinstance(notes, dict) and whole and serial > newest[0]:
            newest = serial, notes
    return newest


def _read_rollback(group: CheckedGroup) -> RollbackRecord:
    layers = group.json("groups").get("groups")
    if not isinstance(layers, list) or not 0 < len(layers) <= schema.MAX_ROLLBACK_GROUPS:
        raise DamagedError(f"{group.path}/groups does not list layer groups")
    layers = [checked_group(item, f"{group.path}/groups") for item in layers]
    rows = 2 ** len(layers)
    measured = group.integers("measured", rows, dtype=schema.FLAG).astype(np.bool_)
    metrics = metrics_of(group)
    values, errors = _metric_arrays(group, metrics, rows)
    paired = {metric: schema.change_errors_name(metric) for metric in metrics}
    return RollbackRecord(
        groups=tuple(str(layer["name"]) for layer in layers),
        layers=tuple(layers),
        values=values,
        standard_errors=errors,
        measured=measured,
        spec=group.json("spec"),
        change_errors={
            metric: group.floats(name, rows) for metric, name in paired.items() if group.has(name)
        },
        change_intervals={
            metric: group.floats(name, rows, 2)
            for metric in metrics
            if group.has(name := schema.change_interval_name(metric))
        },
        data_sha256=read_data_hashes(group),
    )
