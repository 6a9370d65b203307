from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from landscape_gui.export.arrays import npz
from landscape_gui.export.points import known


def test_everything_is_read_back_without_pickles(estimated):
    with np.load(io.BytesIO(npz(estimated)), allow_pickle=False) as found:
        for surface in estimated.surfaces.values():
            at = f"surfaces/{surface.name}"
            assert np.array_equal(found[f"{at}/alpha"], surface.alpha)
            assert np.array_equal(found[f"{at}/order"], surface.order)
            for metric in surface.values:
                known_ = known(surface, metric)
                for suffix, array in (
                    ("", known_.values),
                    ("_errors", known_.errors),
                    ("_bound", known_.bounds),
                    ("_kind", known_.kinds),
                ):
                    assert np.array_equal(
                        found[f"{at}/{metric}{suffix}"], array, equal_nan=array.dtype.kind == "f"
                    )
            spec = surface.spec | {"run": Path(surface.spec["run"]).name}
            assert json.loads(str(found[f"{at}/spec"])) == spec
        assert found["surfaces/full-random0/plane/alpha"][-1] == 1.0
        assert list(found["rollback/groups"]) == ["low", "middle", "high"]
        assert list(found["rollback/mask"]) == [0, 1, 4]
        assert json.loads(str(found["run"]))["name"] == estimated.run.name
        assert np.array_equal(found["history/step"], estimated.run.history.step)
        documented = str(found["readme"])
        for key in ("order", "axis_norms", "cosine", "gram", "spec", "anchors/name"):
            assert key in documented


def test_equal_landscapes_give_equal_bytes(whole):
    assert npz(whole) == npz(whole)


def test_no_name_leads_out_of_the_folder(whole):
    surface = next(iter(whole.surfaces.values()))
    turned = replace(whole, surfaces={"..": replace(surface, name="../../x\\..\\y")})
    names = zipfile.ZipFile(io.BytesIO(npz(turned))).namelist()
    assert not any(".." in name.split("/") or "\\" in name for name in names)
