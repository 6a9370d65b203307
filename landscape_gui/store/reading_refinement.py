"""Reads what a surface holds beyond measurements on all examples: estimates and few examples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landscape_gui.store import schema
from landscape_gui.store.checked import CheckedGroup, DamagedError
from landscape_gui.store.records import FloatArray, IntArray, Subset


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
) -> tuple[IntArray | None, dict[str, FloatArray], dict[str, IntArray]]:
    """Order of the points measured on few examples, the metrics there, and on how many each.

    The order is None, and the others are empty, where there may be no such points.

    Raises
    ------
    DamagedError
        If some metric has none, or one of another shape.
    """
    if not group.has(schema.FEW_ORDER):
        return None, {}, {}
    # Before the values, as for points measured on all examples.
    order = group.integers(schema.FEW_ORDER, *shape)
    values = {metric: group.floats(schema.few_name(metric), *shape) for metric in metrics}
    counts = {
        split: group.integers(schema.few_examples_name(split), *shape, dtype=schema.COUNT)
        for split in schema.splits_of(metrics)
    }
    return order, values, counts


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


def read_subset(group: CheckedGroup, examples: dict[str, tuple[int, int]]) -> Subset:
    """Examples and weights by split; empty until they have been written for all splits.

    Parameters
    ----------
    examples
        What ``read_example_shapes`` gave.

    Raises
    ------
    DamagedError
        If it names examples that there are not, or some example twice.
    """
    found: Subset = {}
    for split, (_, count) in examples.items():
        members = group.group(schema.subset_name(split))
        room = min(count, schema.SUBSET_ROOM)
        # Before the others: it is written after those of all splits.
        used = int(members.integers("used"))
        index = members.integers("index", room)[: max(0, used)]
        weight = members.floats("weight", room)[: max(0, used)]
        if used != 0:
            problem = subset_problem(index, weight, count)
            if problem or used != len(index):
                raise DamagedError(f"{members.path} is no subset: {problem or f'{used} examples'}")
            found[split] = index, weight
    return found if len(found) == len(examples) else {}


def subset_problem(
    index: npt.NDArray[np.integer], weight: npt.NDArray[np.floating], count: int
) -> str:
    """What keeps these from standing for ``count`` examples; empty if nothing does."""
    room = min(count, schema.SUBSET_ROOM)
    if index.ndim != 1 or weight.shape != index.shape or not 0 < len(index) <= room:
        return f"1 to {room} examples and as many weights are needed"
    if len(np.unique(index)) < len(index) or index.min() < 0 or index.max() >= count:
        return f"they are not different ones of {count} examples"
    if not np.isfinite(weight).all():
        return "weights must be finite"
    return ""
