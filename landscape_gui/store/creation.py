"""Builds the groups of a landscape file at their full size, before anything is measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import h5py
import numpy as np

import landscape_gui
from landscape_gui.specs import CurveSpec, LayerGroup, RollbackSpec, SurfaceSpec
from landscape_gui.store import schema
from landscape_gui.store.checksums import compute, dataset_names
from landscape_gui.store.data_hashes import store_data_hashes
from landscape_gui.store.hdf5_access import (
    allocate,
    dataset_at,
    group_at,
    set_text_attribute,
    store_array,
    store_text,
    store_texts,
)
from landscape_gui.store.records import (
    FloatArray,
    History,
    PlaneRecord,
    RollbackRecord,
    RunRecord,
)


def build_file(file: h5py.File, run: RunRecord, layer_groups: Mapping[str, LayerGroup]) -> None:
    """Fill an empty file with what is known of the run."""
    set_text_attribute(file, "format", schema.FORMAT)
    file.attrs.create("format_version", schema.FORMAT_VERSION, dtype=schema.INT)
    set_text_attribute(file, "created", datetime.now(UTC).isoformat(timespec="seconds"))
    set_text_attribute(file, "creator", f"landscape-gui {landscape_gui.__version__}")
    set_text_attribute(file, "NX_class", "NXroot")
    store_layer_groups(file, layer_groups)
    _build_run(file, run)
    for name in (schema.SURFACES, schema.CURVES):
        set_text_attribute(file.create_group(name), "NX_class", "NXentry")
    set_text_attribute(file, "default", schema.RUN)


def store_layer_groups(file: h5py.File, layer_groups: Mapping[str, LayerGroup]) -> None:
    """Write the layer groups, in place of earlier ones."""
    if schema.LAYER_GROUPS in file:
        del file[schema.LAYER_GROUPS]
    dumped = {name: group.model_dump(mode="json") for name, group in layer_groups.items()}
    store_text(file, schema.LAYER_GROUPS, json.dumps(dumped))


def _build_run(file: h5py.File, run: RunRecord) -> None:
    group = file.create_group(schema.RUN)
    set_text_attribute(group, "NX_class", "NXentry")
    set_text_attribute(group, "default", "history")
    for name in ("name", "path", "model", "task", "init"):
        store_text(group, name, str(getattr(run, name)))
    store_array(group, "layer_count", run.layer_count, schema.INT)
    store_text(group, "details", json.dumps(run.details))
    store_array(group, "gram", run.gram, schema.FLOAT)
    checkpoints = group.create_group("checkpoints")
    set_text_attribute(checkpoints, "NX_class", "NXcollection")
    store_texts(checkpoints, "path", [point.path for point in run.checkpoints])
    store_array(checkpoints, "step", [point.step for point in run.checkpoints], schema.INT)
    store_array(checkpoints, "epoch", [point.epoch for point in run.checkpoints], schema.FLOAT)
    store_texts(checkpoints, "sha256", [point.sha256 for point in run.checkpoints])
    _build_parts(group, run.part_norms)
    _build_history(group, run.history)
    seal(group)


def add_parts(file: h5py.File, part_norms: Mapping[str, float]) -> None:
    """Write the norms of the encoder's parts into a file from before they were stored."""
    group = group_at(file, schema.RUN)
    del group[schema.CHECKSUMS]
    _build_parts(group, part_norms)
    seal(group)


def _build_parts(run_group: h5py.Group, part_norms: Mapping[str, float]) -> None:
    if not part_norms:
        return
    group = run_group.create_group(schema.PARTS)
    set_text_attribute(group, "NX_class", "NXcollection")
    store_texts(group, "name", list(part_norms))
    store_array(group, "delta_squared", list(part_norms.values()), schema.FLOAT)


def replace_history(file: h5py.File, history: History) -> None:
    """Write the training history in place of an earlier one."""
    group = group_at(file, schema.RUN)
    del group["history"]
    del group[schema.CHECKSUMS]
    _build_history(group, history)
    seal(group)


def _build_history(run_group: h5py.Group, history: History) -> None:
    group = run_group.create_group("history")
    epoch = store_array(group, "epoch", history.epoch, schema.FLOAT)
    epoch.make_scale("epoch")
    metrics = ("train_loss", "dev_loss", "dev_error")
    for name in ("step", *metrics):
        dataset = store_array(group, name, getattr(history, name), schema.FLOAT)
        dataset.dims[0].attach_scale(epoch)
    _mark_nxdata(group, metrics, ("epoch",), "Training history")


@dataclass(frozen=True)
class ExampleRoom:
    """Room for the results of single examples at the first points of a surface.

    ``rows``: at how many points. ``examples``: split → number of its examples.
    """

    rows: int = 0
    examples: Mapping[str, int] = field(default_factory=dict)


def build_target(
    parent: h5py.Group,
    name: str,
    spec: SurfaceSpec | CurveSpec,
    axes: Mapping[str, FloatArray],
    plane: PlaneRecord,
    checkpoints: int,
    metrics: Sequence[str],
    room: ExampleRoom,
    data: Mapping[str, str] | None = None,
) -> None:
    """Create a surface or a curve, filled with NaN.

    Parameters
    ----------
    axes
        Name → points, in the order of the dimensions: β, α for a surface.
    checkpoints
        Number of checkpoints with the start point.
    room
        For the results of single examples; used if the spec may measure points on few.
    data
        Split → SHA-256 of its examples.
    """
    group = parent.create_group(name)
    set_text_attribute(parent, "default", name)
    set_text_attribute(group_at(parent, "/"), "default", str(parent.name).strip("/"))
    shape = tuple(len(points) for points in axes.values())
    scales: list[h5py.Dataset] = []
    for axis, points in axes.items():
        scale = store_array(group, axis, points, schema.FLOAT)
        scale.make_scale(axis)
        set_text_attribute(scale, "long_name", _axis_title(axis, plane))
        scales.append(scale)
    over_lattice = _allocate_metrics(group, metrics, shape)
    over_lattice.append(allocate(group, "order", shape, schema.INT, -1))
    for split in schema.splits_of(tuple(metrics)):
        name_of_split = schema.examples_name(split)
        over_lattice.append(allocate(group, name_of_split, shape, schema.COUNT, 0))
    signals = list(metrics)
    if isinstance(spec, SurfaceSpec) and spec.estimates:
        over_lattice += _allocate_estimates(group, metrics, shape)
        signals += [schema.estimate_name(metric) for metric in metrics]
    if isinstance(spec, SurfaceSpec) and spec.may_sample:
        over_lattice += _allocate_few(group, metrics, shape)
        _build_examples(group, metrics, room)
    for dataset in over_lattice:
        for dimension, scale in enumerate(scales):
            dataset.dims[dimension].attach_scale(scale)
    run_name = dataset_at(group.file, f"{schema.RUN}/name").asstr()[()]
    _mark_nxdata(group, signals, tuple(axes), f"{name} of {run_name}")

    _build_plane(group, plane)
    _build_anchors(group, metrics)
    _build_checkpoints(group, checkpoints, metrics)
    store_text(group, "spec", spec.model_dump_json())
    store_text(group, "group", spec.group.name if spec.group else "")
    store_data_hashes(group, data)
    store_texts(group, schema.NOTES, ["", ""], schema.NOTES_BYTES)
    store_text(group, schema.STATUS, schema.INCOMPLETE, schema.STATUS_BYTES)
    seal(group, fixed_names(group), schema.CHECKSUMS_BYTES)


_FIXED = frozenset({"alpha", "beta", "spec", "group", "mask", "groups", schema.DATA_SHA256})


def fixed_names(group: h5py.Group) -> list[str]:
    """Datasets of a target or rollback that never change after its creation."""
    return [name for name in dataset_names(group) if name in _FIXED or name.startswith("plane/")]


def seal(group: h5py.Group, names: Sequence[str] | None = None, room: int = 0) -> None:
    """Add the checksums of all datasets of a new group, or of those named."""
    listed = list(dataset_names(group)) if names is None else names
    store_text(group, schema.CHECKSUMS, compute(group, listed), room)


def _build_plane(target: h5py.Group, plane: PlaneRecord) -> None:
    group = target.create_group("plane")
    set_text_attribute(group, "NX_class", "NXcollection")
    store_text(group, "origin", plane.origin)
    store_text(group, "axis2_label", plane.axis2_label)
    for name in ("axis1_norm", "axis2_norm", "cosine"):
        store_array(group, name, getattr(plane, name), schema.FLOAT)
    store_array(group, "gram", plane.gram, schema.FLOAT)


def _build_anchors(target: h5py.Group, metrics: Sequence[str]) -> None:
    group = target.create_group("anchors")
    set_text_attribute(group, "NX_class", "NXcollection")
    store_texts(group, "name", [""] * schema.ANCHOR_SLOTS, schema.ANCHOR_NAME_BYTES)
    for name in ("alpha", "beta"):
        allocate(group, name, (schema.ANCHOR_SLOTS,), schema.FLOAT, math.nan)
    _allocate_metrics(group, metrics, (schema.ANCHOR_SLOTS,))


def _build_checkpoints(target: h5py.Group, count: int, metrics: Sequence[str]) -> None:
    group = target.create_group("checkpoints")
    set_text_attribute(group, "NX_class", "NXcollection")
    allocate(group, "measured", (count,), schema.FLAG, 0)
    _allocate_metrics(group, metrics, (count,))


def _allocate_estimates(
    group: h5py.Group, metrics: Sequence[str], shape: tuple[int, ...]
) -> list[h5py.Dataset]:
    created: list[h5py.Dataset] = []
    for metric in metrics:
        title = schema.METRIC_TITLES.get(metric, metric)
        for name, words in (
            (schema.estimate_name(metric), f"{title}, measured or estimated"),
            (schema.bound_name(metric), f"error bound (95 %) of the estimated {title}"),
        ):
            created.append(allocate(group, name, shape, schema.FLOAT, math.nan))
            set_text_attribute(created[-1], "long_name", words)
    return created


def _allocate_few(
    group: h5py.Group, metrics: Sequence[str], shape: tuple[int, ...]
) -> list[h5py.Dataset]:
    created = [allocate(group, schema.FEW_ORDER, shape, schema.INT, -1)]
    for split in schema.splits_of(tuple(metrics)):
        name = schema.few_examples_name(split)
        created.append(allocate(group, name, shape, schema.COUNT, 0))
    return created


def _build_examples(target: h5py.Group, metrics: Sequence[str], room: ExampleRoom) -> None:
    for split in schema.splits_of(tuple(metrics)):
        rows = (room.rows, room.examples[split])
        allocate(target, schema.example_losses_name(split), rows, schema.SINGLE, math.nan)
        allocate(target, schema.example_margins_name(split), rows, schema.SINGLE, math.nan)


def build_rollback(
    file: h5py.File,
    spec: RollbackSpec,
    groups: Sequence[LayerGroup],
    metrics: Sequence[str],
    data: Mapping[str, str] | None = None,
) -> None:
    """Create ``/rollback`` with a row for every combination of the groups; see ``build_target``."""
    group = file.create_group(schema.ROLLBACK)
    rows = 2 ** len(groups)
    mask = store_array(group, "mask", np.arange(rows), schema.INT)
    mask.make_scale("mask")
    title = "; ".join(f"bit {bit}: {item.name}" for bit, item in enumerate(groups))
    set_text_attribute(mask, "long_name", f"layer groups rolled back ({title})")
    created = _allocate_metrics(group, metrics, (rows,))
    for metric in metrics:
        name = schema.change_errors_name(metric)
        created.append(allocate(group, name, (rows,), schema.FLOAT, math.nan))
        interval = schema.change_interval_name(metric)
        created.append(allocate(group, interval, (rows, 2), schema.FLOAT, math.nan))
        set_text_attribute(created[-1], "long_name", "95 % interval of the difference, bootstrap")
    for dataset in created:
        dataset.dims[0].attach_scale(mask)
    _mark_nxdata(group, metrics, ("mask",), "Rollback of layer groups")
    allocate(group, "measured", (rows,), schema.FLAG, 0)
    dumped: list[dict[str, Any]] = [item.model_dump(mode="json") for item in groups]
    store_text(group, "groups", json.dumps({"groups": dumped}))
    store_text(group, "spec", spec.model_dump_json())
    store_data_hashes(group, data)
    store_text(group, schema.STATUS, schema.INCOMPLETE, schema.STATUS_BYTES)
    seal(group, fixed_names(group), schema.CHECKSUMS_BYTES)


def extend_rollback(
    file: h5py.File, spec: RollbackSpec, groups: Sequence[LayerGroup], record: RollbackRecord
) -> None:
    """Create ``/rollback`` anew for more groups, with the rows measured before.

    Parameters
    ----------
    groups
        Those of ``record`` in their order, then the new ones: a row keeps its number.
    """
    del file[schema.ROLLBACK]
    build_rollback(file, spec, groups, tuple(record.values), record.data_sha256)
    group = group_at(file, schema.ROLLBACK)
    rows = len(record.measured)
    for metric, values in record.values.items():
        dataset_at(group, metric)[:rows] = values
        dataset_at(group, schema.errors_name(metric))[:rows] = record.standard_errors[metric]
        if metric in record.change_errors:
            name = schema.change_errors_name(metric)
            dataset_at(group, name)[:rows] = record.change_errors[metric]
        if metric in record.change_intervals:
            name = schema.change_interval_name(metric)
            dataset_at(group, name)[:rows] = record.change_intervals[metric]
    dataset_at(group, "measured")[:rows] = record.measured.astype(schema.FLAG)


def _allocate_metrics(
    group: h5py.Group, metrics: Sequence[str], shape: tuple[int, ...]
) -> list[h5py.Dataset]:
    created: list[h5py.Dataset] = []
    for metric in metrics:
        created.append(allocate(group, metric, shape, schema.FLOAT, math.nan))
        set_text_attribute(created[-1], "long_name", schema.METRIC_TITLES.get(metric, metric))
        errors = schema.errors_name(metric)
        created.append(allocate(group, errors, shape, schema.FLOAT, math.nan))
    return created


def _mark_nxdata(
    group: h5py.Group, metrics: Sequence[str], axes: Sequence[str], title: str
) -> None:
    """NeXus ``NXdata``: silx, H5Web and others then plot the group without being told how."""
    set_text_attribute(group, "NX_class", "NXdata")
    set_text_attribute(group, "title", title)
    set_text_attribute(group, "signal", metrics[0])
    if len(metrics) > 1:
        set_text_attribute(group, "auxiliary_signals", *metrics[1:])
    set_text_attribute(group, "axes", *axes)
    for dimension, axis in enumerate(axes):
        group.attrs.create(f"{axis}_indices", dimension, dtype=schema.INT)


def _axis_title(axis: str, plane: PlaneRecord) -> str:
    if axis == "alpha":
        return "α (direction to the fine-tuned model)"
    return f"β (second direction: {plane.axis2_label})"
