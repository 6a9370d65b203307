from __future__ import annotations

from pathlib import Path

from landscape_gui.ui.spec_building import beside


def test_a_run_named_relative_to_elsewhere_is_found_beside_its_file(tmp_path, monkeypatch):
    (tmp_path / "files" / "run").mkdir(parents=True)
    (tmp_path / "home" / "run").mkdir(parents=True)
    file = tmp_path / "files" / "a.landscape.h5"
    monkeypatch.chdir(tmp_path)
    assert beside(file, Path("run")) == tmp_path / "files" / "run"
    assert beside(file, Path("nowhere")) == Path("nowhere")
    monkeypatch.chdir(tmp_path / "home")
    assert beside(file, Path("run")) == Path("run")
