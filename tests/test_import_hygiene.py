"""What opens quickly stays quick: slow libraries are loaded where they are used, and not before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

QT = {"PySide6", "shiboken6", "pyqtgraph", "OpenGL", "superqt"}
ENGINE = {"torch", "transformers", "datasets", "accelerate"}
FIGURES = {"matplotlib"}

_REPORT = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(module: str, directory: Path) -> set[str]:
    """Top-level names of all modules that a fresh interpreter has loaded after the import."""
    child = subprocess.run(
        [sys.executable, "-c", _REPORT, module],
        capture_output=True,
        text=True,
        cwd=directory,
        timeout=120,
    )
    assert child.returncode == 0, f"import {module} failed:\n{child.stderr}"
    return set(json.loads(child.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module",
    [
        "landscape_gui",
        "landscape_gui.specs",
        "landscape_gui.geometry",
        "landscape_gui.store",
        "landscape_gui.engine.events",
        "landscape_gui.engine.host",
        "landscape_gui.cli",
        "landscape_gui.cli.parser",
    ],
)
def test_loads_nothing_slow(module: str, tmp_path: Path):
    assert not loaded_by(module, tmp_path) & (QT | ENGINE | FIGURES)


def test_figures_know_neither_qt_nor_engine(tmp_path: Path):
    assert not loaded_by("landscape_gui.figures", tmp_path) & (QT | ENGINE)


def test_window_opens_without_engine_and_matplotlib(tmp_path: Path):
    loaded = loaded_by("landscape_gui.ui.application", tmp_path)
    assert "PySide6" in loaded
    assert not loaded & (ENGINE | FIGURES)


def test_the_check_sees_what_is_loaded(tmp_path: Path):
    assert "h5py" in loaded_by("h5py", tmp_path)
