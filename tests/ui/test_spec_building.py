from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import estimated_landscape
import synthetic_landscape

from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.spec_building import (
    beside,
    group_surface_spec,
    rollback_spec,
    rollback_table_spec,
)


def test_a_run_named_relative_to_elsewhere_is_found_beside_its_file(tmp_path, monkeypatch):
    (tmp_path / "files" / "run").mkdir(parents=True)
    (tmp_path / "home" / "run").mkdir(parents=True)
    file = tmp_path / "files" / "a.landscape.h5"
    monkeypatch.chdir(tmp_path)
    assert beside(file, Path("run")) == tmp_path / "files" / "run"
    assert beside(file, Path("nowhere")) == Path("nowhere")
    monkeypatch.chdir(tmp_path / "home")
    assert beside(file, Path("run")) == Path("run")


def test_a_groups_surface_is_as_accurate_as_the_whole_models():
    model = LandscapeModel.of(estimated_landscape.landscape(points=21))
    spec = group_surface_spec(model, model.groups["high"])
    assert (spec.tolerance, spec.two_fidelity) == (0.01, "auto")
    assert spec.lattice.alpha_points == 21
    exact = LandscapeModel.of(synthetic_landscape.landscape(points=21))
    assert group_surface_spec(exact, exact.groups["high"]).tolerance is None


def test_a_rollback_goes_on_as_the_files_began():
    """Else the engine would set the rows aside that are there already."""
    record = synthetic_landscape.landscape()
    assert record.rollback is not None
    known = {"run": "run", "examples": {"train": 64, "dev": 32, "seed": 3}, "precision": "tf32"}
    table = replace(record.rollback, spec=known | {"groups": [], "combinations": []})
    model = LandscapeModel.of(replace(record, rollback=table))
    for spec in (rollback_spec(model, frozenset({"low", "high"})), rollback_table_spec(model)):
        assert (spec.examples.train, spec.examples.dev, spec.examples.seed) == (64, 32, 3)
        assert spec.precision == "tf32"
    without = LandscapeModel.of(replace(record, rollback=None))
    surface = next(iter(without.plots.values())).spec
    assert rollback_table_spec(without).precision == surface.get("precision", "float32")
