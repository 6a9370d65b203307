"""Reads what a surface holds beyond measurements on all examples: estimates and few examples."""

from __future__ import annotations

import numpy as np

from landscape_gui.store import schema
from landscape_gui.store.checked import CheckedGroup, DamagedError
from landscape_gui.store.records import FloatArray, IntArray


def read_estimates(
    group: CheckedGroup, values: dict[str, FloatArray], order: IntArray
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Estimates and bounds by metric; both empty where all points are to be measured.

    Points measured since they were written last have their measured value and bound 0 here too.

    Raises
    ------
    DamagedError
        If some metric has none, or one of another shape.
    """
    if not any(group.has(schema.estimate_name(metric)) for metric in values):
        return {}, {}
    measured = order >= 0
    estimates: dict[str, FloatArray] = {}
    bounds: dict[str, FloatArray] = {}
    for metric, value in values.items():
        estimate = group.floats(schema.estimate_name(metric), *order.shape)
        bound = group.floats(schema.bound_name(metric), *order.shape)
        estimates[metric] = np.where(measured, value, estimate)
        bounds[metric] = np.where(measured, 0.0, bound)
    return estimates, bounds


def read_few(
    group: CheckedGroup, metrics: tuple[str, ...], shape: tuple[int, ...]
) -> tuple[IntArray | None, dict[str, IntArray]]:
    """Order of the points measured on few examples, and by split on how many each.

    The order is None, and the counts are empty, where there may be no such points.

    Raises
    ------
    DamagedError
        If some split has no counts, or some array another shape.
    """
    if not group.has(schema.FEW_ORDER):
        return None, {}
    # Before the counts, as for points measured on all examples.
    order = group.integers(schema.FEW_ORDER, *shape)
    counts = {
        split: group.integers(schema.few_examples_name(split), *shape, dtype=schema.COUNT)
        for split in schema.splits_of(metrics)
    }
    return order, counts


def read_example_shapes(
    group: CheckedGroup, metrics: tuple[str, ...]
) -> dict[str, tuple[int, int]]:
    """Split → (points, examples) of the results kept by example; empty without ``few_order``.

    Raises
    ------
    DamagedError
        If losses and margins, or the splits, do not have equally many points.
    """
    if not group.has(schema.FEW_ORDER):
        return {}
    shapes: dict[str, tuple[int, int]] = {}
    for split in schema.splits_of(metrics):
        losses, margins = schema.example_losses_name(split), schema.example_margins_name(split)
        rows, count = group.shape_of(losses, schema.SINGLE, None, None)
        group.shape_of(margins, schema.SINGLE, rows, count)
        shapes[split] = rows, count
    if len({rows for rows, _ in shapes.values()}) > 1:
        raise DamagedError(f"{group.path} keeps results of examples at unequal numbers of points")
    return shapes
