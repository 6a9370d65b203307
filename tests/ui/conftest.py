"""A window over synthetic landscapes and an engine without torch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from landscape_gui.engine.host import EngineProcess
from landscape_gui.specs import SurfaceSpec, UserError
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.ui.application import Window

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

import estimated_landscape  # noqa: E402
import synthetic_landscape  # noqa: E402


def read_synthetic(path: Path) -> LandscapeRecord:
    """A landscape by the name of its file; ``broken`` ones raise as the real reader does."""
    if "broken" in path.name:
        raise UserError(f"{path.name} is not a landscape file.", "Open another one.")
    if "bug" in path.name:
        raise ZeroDivisionError("a mistake of ours")
    name = path.name.removesuffix(".landscape.h5")
    if "estimated" in name:
        return estimated_landscape.landscape(path, 21)
    points = 142 if "burst" in name else 11 if "coarse" in name else 21
    share = 0.0 if "burst" in name or "fresh" in name else 0.4 if "part" in name else 1.0
    record = synthetic_landscape.landscape(
        path, name, points, share, groups=("low", "high"), scratch="scratch" in name
    )
    task = name.partition("-")[0]
    if task in ("mnli", "rte", "mrpc"):
        record = replace(record, run=replace(record.run, task=task))
    asked = path.with_suffix(".part")
    if asked.exists():
        part = synthetic_landscape.part(SurfaceSpec.model_validate_json(asked.read_text()))
        record = replace(record, surfaces={**record.surfaces, part.name: part})
    note = path.with_suffix(".rolled_back")
    if note.exists() and record.rollback is not None:
        table = synthetic_landscape.with_rows(record.rollback, note.read_text())
        record = replace(record, rollback=table)
    return replace(record, path=path)


@pytest.fixture
def make_window(qapp: QApplication, qtbot) -> Iterator[Callable[..., Window]]:
    made: list[Window] = []

    def make(job: str = "steady") -> Window:
        entry = job if ":" in job else f"fake_jobs:{job}"
        engine = EngineProcess(job=entry, describe="fake_jobs:describe")
        window = Window(qapp, engine, read_synthetic)
        made.append(window)
        window.themes.choose("light")
        window.main.resize(1300, 850)
        window.main.show()
        qtbot.waitExposed(window.main)
        return window

    yield make
    for window in made:
        window.engine.shut_down()
        window.session.wait_for_files()
        window.main.close()
        window.main.deleteLater()
        window.deleteLater()


@pytest.fixture
def window(make_window) -> Window:
    return make_window()


@pytest.fixture
def open_file(qtbot):
    def open_(window: Window, path: Path) -> Path:
        window.session.open_file(path)
        qtbot.waitUntil(lambda: path.resolve() in window.session.landscapes, timeout=20_000)
        return path.resolve()

    return open_


@pytest.fixture
def press_in_message_box():
    """Press a button of the next message box; to be called before what opens the box."""

    def press(text: str) -> None:
        def look() -> None:
            for widget in QApplication.topLevelWidgets():
                if isinstance(widget, QMessageBox) and widget.isVisible():
                    next(b for b in widget.buttons() if b.text() == text).click()
                    return
            QTimer.singleShot(20, look)

        QTimer.singleShot(20, look)

    return press
