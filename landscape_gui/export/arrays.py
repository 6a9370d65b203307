"""Everything a file holds as NumPy arrays in one ``.npz``: no pickles, equal files for equal input.

Keys, each with its dtype and shape; m is the number of β, n of α, k of checkpoints after the start.
``value[j, i] = f(alpha[i], beta[j])``; the array ``readme`` in the file repeats this list.

=================================  ============  ==============================================
key                                dtype, shape  what it is
=================================  ============  ==============================================
readme                             str []        this list
run                                str []        JSON: name, model, task, init, checkpoints
surfaces/NAME/alpha, /beta         f8 [n], [m]   the axes, in units of ‖δ1‖
surfaces/NAME/<metric>             f8 [m, n]     measured or estimated; NaN where neither
surfaces/NAME/<metric>_errors      f8 [m, n]     standard error over the examples; NaN unless
                                                 measured on all of them
surfaces/NAME/<metric>_bound       f8 [m, n]     95 % of the estimates are not off by more; 0
                                                 where measured, NaN where not known
surfaces/NAME/<metric>_kind        u1 [m, n]     3 measured, 2 measured on some examples, 1
                                                 estimated, 0 missing
surfaces/NAME/order                i8 [m, n]     place in the sequence of measurements, −1: none
surfaces/NAME/axis_norms           f8 [2]        ‖δ1‖, and ‖δ2‖ before rescaling
surfaces/NAME/cosine               f8 []         cos(δ1, δ2)
surfaces/NAME/gram                 f8 [k+1, k+1] inner products of δ1…δk and of axis 2 as drawn
surfaces/NAME/spec                 str []        JSON: how it was asked for
surfaces/NAME/anchors/name         str [a]       start, end, rolled_back: measured besides
surfaces/NAME/anchors/alpha, …     f8 [a]        alpha, beta, <metric>, <metric>_errors
surfaces/NAME/checkpoints/<m>      f8 [k+1]      the checkpoints' own metrics, off the plane
surfaces/NAME/<projection>/alpha   f8 [k+1]      where they lie: deviation (Hao et al. 2019, Eq.
                                                 3–5) or plane; alpha, beta, off_plane
curves/NAME/…                      as surfaces, of shape [n], without beta and projections
history/step, epoch, <metric>      f8            training history, NaN where not taken
rollback/groups                    str [g]       names of the groups
rollback/mask                      i8 [r]        bit b set: groups[b] is rolled back
rollback/<metric>, _errors         f8 [r]        and <metric>_change_errors, where known
gram                               f8 [k, k]     inner products over all moving parameters
=================================  ============  ==============================================
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from landscape_gui.export.points import known
from landscape_gui.export.trajectories import PROJECTIONS, projection
from landscape_gui.store.places import model_name, without_places
from landscape_gui.store.records import CurveRecord, LandscapeRecord, RollbackRecord, SurfaceRecord

Named = Iterator[tuple[str, npt.NDArray[Any]]]

# The earliest that a ZIP file knows: the time of writing would make equal files differ.
_TIME = (1980, 1, 1, 0, 0, 0)


def npz(record: LandscapeRecord) -> bytes:
    """The whole file as the bytes of an ``.npz``; ``numpy.load`` reads it without pickles."""
    return _packed(dict(arrays(record)))


def arrays(record: LandscapeRecord) -> Named:
    """Key and array of everything in the file."""
    run = record.run
    yield "readme", np.array(__doc__ or "")
    facts = {
        "name": run.name,
        "model": model_name(run.model),
        "task": run.task,
        "init": run.init,
        "layer_count": run.layer_count,
        "checkpoints": [
            {"step": c.step, "epoch": c.epoch, "sha256": c.sha256} for c in run.checkpoints
        ],
    }
    yield "run", _json(facts)
    yield "gram", run.gram
    for name in ("step", "epoch", "train_loss", "dev_loss", "dev_error"):
        yield f"history/{name}", getattr(run.history, name)
    for surface in record.surfaces.values():
        yield from _below(f"surfaces/{surface.name}", _surface(surface))
    for curve in record.curves.values():
        yield from _below(f"curves/{curve.name}", _target(curve))
    if record.rollback is not None:
        yield from _below("rollback", _rollback(record.rollback))


def _surface(surface: SurfaceRecord) -> Named:
    yield "beta", surface.beta
    yield from _target(surface)
    for kind in PROJECTIONS:
        found = None if surface.part_of else projection(surface, kind)
        if found is not None:
            yield f"{kind}/alpha", found.alpha
            yield f"{kind}/beta", found.beta
            yield f"{kind}/off_plane", found.off_plane


def _target(target: SurfaceRecord | CurveRecord) -> Named:
    yield "alpha", target.alpha
    yield "order", target.order
    for metric in target.values:
        found = known(target, metric)
        yield metric, found.values
        yield f"{metric}_errors", found.errors
        yield f"{metric}_bound", found.bounds
        yield f"{metric}_kind", found.kinds
    plane = target.plane
    yield "axis_norms", np.array([plane.axis1_norm, plane.axis2_norm])
    yield "cosine", np.array(plane.cosine)
    yield "gram", plane.gram
    yield "spec", _json(without_places(target.spec))
    for metric, values in target.checkpoint_values.items():
        yield f"checkpoints/{metric}", values
    yield "anchors/name", np.array([anchor.name for anchor in target.anchors], dtype=np.str_)
    for axis in ("alpha", "beta"):
        yield f"anchors/{axis}", np.array([getattr(anchor, axis) for anchor in target.anchors])
    for metric in target.values:
        for suffix, source in (("", "values"), ("_errors", "standard_errors")):
            found_there = [getattr(a, source).get(metric, np.nan) for a in target.anchors]
            yield f"anchors/{metric}{suffix}", np.array(found_there, dtype=np.float64)


def _rollback(table: RollbackRecord) -> Named:
    masks = np.flatnonzero(table.measured).astype(np.int64)
    yield "groups", np.array(table.groups, dtype=np.str_)
    yield "mask", masks
    for suffix, source in (
        ("", table.values),
        ("_errors", table.standard_errors),
        ("_change_errors", table.change_errors),
    ):
        for metric, values in source.items():
            yield f"{metric}{suffix}", values[masks]


def _below(prefix: str, named: Named) -> Named:
    for key, array in named:
        yield f"{prefix}/{key}", array


def _json(value: Any) -> npt.NDArray[np.str_]:
    return np.array(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


def _packed(named: Mapping[str, npt.NDArray[Any]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in named.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)
            archive.writestr(_entry(key), part.getvalue())
    return whole.getvalue()


def _entry(key: str) -> zipfile.ZipInfo:
    # A name from a file of unknown origin must not lead out of a folder where this is unpacked.
    safe = "/".join(part if part.strip(".") else "_" for part in key.replace("\\", "_").split("/"))
    entry = zipfile.ZipInfo(f"{safe}.npy", _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
