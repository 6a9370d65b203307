"""Builds ``/hessian`` at its full size, before anything of it is measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Final

import h5py

from landscape_gui.specs import HessianSpec, LayerGroup
from landscape_gui.store import schema
from landscape_gui.store.creation import fixed_names, seal
from landscape_gui.store.data_hashes import store_data_hashes
from landscape_gui.store.hdf5_access import (
    allocate,
    set_text_attribute,
    store_array,
    store_text,
    store_texts,
)

DIFFERENCE_STEPS: Final = (0.1, 0.05)
"""In units of the directions, at which the loss is measured on both sides of the end point."""

_TITLES = {
    "slope": "first derivative of the training loss along δ1 and axis 2",
    "curvature": "second derivative along δ1 and axis 2, by automatic differentiation",
    "norm": "length of the directions in weight space",
    "filter_ratio": "root mean square over filters of how far the directions move each",
    "largest": "largest eigenvalue, and its residual",
    "smallest": "smallest eigenvalue, and its residual",
    "trace": "trace, and its standard error over the probes",
}


def build_hessian(
    file: h5py.File,
    spec: HessianSpec,
    groups: Sequence[LayerGroup],
    parts: Sequence[str],
    data: Mapping[str, str] | None = None,
) -> None:
    """Create ``/hessian``.

    Parameters
    ----------
    groups
        Layer groups that are measured beside the whole encoder.
    parts
        Parts of the encoder, as in ``RunRecord.part_norms``.
    data
        Split → SHA-256 of its examples.
    """
    group = file.create_group(schema.HESSIAN)
    set_text_attribute(group, "NX_class", "NXcollection")
    regions = ["", *(item.name for item in groups)]
    count, steps = len(regions), len(DIFFERENCE_STEPS)
    store_texts(group, "region", regions)
    store_texts(group, "part", parts)
    store_array(group, "difference_step", DIFFERENCE_STEPS, schema.FLOAT)
    for name, title in _TITLES.items():
        dataset = allocate(group, name, (count, 2), schema.FLOAT, math.nan)
        set_text_attribute(dataset, "long_name", title)
    shapes: dict[str, tuple[int, ...]] = {
        "loss": (),
        "gradient_norm": (count,),
        "difference": (count, 2, steps),
        "lanczos_diagonal": (count, spec.steps),
        "lanczos_beside": (count, spec.steps),
        "trace_samples": (spec.probes, len(parts)),
    }
    for name, shape in shapes.items():
        allocate(group, name, shape, schema.FLOAT, math.nan)
    for name in ("lanczos_steps", "examples"):
        allocate(group, name, (count,) if name == "lanczos_steps" else (), schema.INT, 0)
    allocate(group, "directions_measured", (count, 2), schema.FLAG, 0)
    allocate(group, "probes_measured", (spec.probes,), schema.FLAG, 0)
    store_text(group, "groups", json.dumps({"groups": [g.model_dump(mode="json") for g in groups]}))
    store_text(group, "spec", spec.model_dump_json())
    store_data_hashes(group, data)
    store_text(group, schema.STATUS, schema.INCOMPLETE, schema.STATUS_BYTES)
    seal(group, fixed_names(group), schema.CHECKSUMS_BYTES)
