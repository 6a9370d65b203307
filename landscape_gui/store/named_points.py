"""Start and end of a surface where they lie on its lattice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from landscape_gui.store.records import Anchor, FloatArray, SurfaceRecord

# Places are multiples of a step: those nearer than this are the same.
_SAME = 1e-9


def places_on_lattice(
    anchors: Iterable[Anchor], alpha: FloatArray, beta: FloatArray
) -> Iterator[tuple[int, int, Anchor]]:
    """(j, i) of the named points that lie on a lattice, each with its point."""
    for anchor in anchors:
        j, i = int(np.abs(beta - anchor.beta).argmin()), int(np.abs(alpha - anchor.alpha).argmin())
        if max(abs(beta[j] - anchor.beta), abs(alpha[i] - anchor.alpha)) < _SAME:
            yield j, i, anchor


def with_named_points(surface: SurfaceRecord) -> SurfaceRecord:
    """The surface with start and end measured on its lattice, too.

    They are measured before the lattice, which may come to them late, or never where it is
    estimated: what everyone looks at first would be an estimate beside its own measured value.
    They come last in ``order``, and only once however often this is called. Two points alone are no
    surface: one without any measured point stays so.
    """
    if not (surface.order >= 0).any():
        return surface
    found = [
        (j, i, anchor)
        for j, i, anchor in places_on_lattice(surface.anchors, surface.alpha, surface.beta)
        if surface.order[j, i] < 0
        and not any(math.isnan(anchor.values.get(m, math.nan)) for m in surface.values)
    ]
    if not found:
        return surface
    order = surface.order.copy()
    few_order = None if surface.few_order is None else surface.few_order.copy()
    few_examples = {split: counts.copy() for split, counts in surface.few_examples.items()}
    values, errors, estimates, bounds = (
        {metric: array.copy() for metric, array in arrays.items()}
        for arrays in (
            surface.values,
            surface.standard_errors,
            surface.estimates,
            surface.bounds,
        )
    )
    for j, i, anchor in found:
        order[j, i] = order.max() + 1
        if few_order is not None:
            few_order[j, i] = -1
        for counts in few_examples.values():
            counts[j, i] = 0
        for metric in values:
            value = anchor.values[metric]
            values[metric][j, i] = value
            if metric in errors:
                errors[metric][j, i] = anchor.standard_errors.get(metric, math.nan)
            if metric in estimates:
                estimates[metric][j, i] = value
                bounds[metric][j, i] = 0.0
    return replace(
        surface,
        order=order,
        values=values,
        standard_errors=errors,
        estimates=estimates,
        bounds=bounds,
        few_order=few_order,
        few_examples=few_examples,
    )
