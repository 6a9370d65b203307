"""A window over real files: figures are drawn from what is on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from support.landscape_files import write_landscape

from landscape_gui.engine.host import EngineProcess
from landscape_gui.ui.application import Window
from landscape_gui.ui.figure_export.dialog import FigureDialog

WAIT = 60_000


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("open files")
    made = {
        "tuned": write_landscape(folder / "tuned.landscape.h5"),
        "scratch": write_landscape(folder / "scratch.landscape.h5", init="scratch"),
        "part": write_landscape(folder / "part.landscape.h5", task="rte", done_levels=2),
    }
    return {name: path.resolve() for name, path in made.items()}


@pytest.fixture
def window(qapp, qtbot, files):
    made = Window(qapp, EngineProcess(job="fake_jobs:steady", describe="fake_jobs:describe"))
    made.themes.choose("light")
    made.main.resize(1300, 850)
    made.main.show()
    qtbot.waitExposed(made.main)
    yield made
    made.engine.shut_down()
    made.session.wait_for_files()
    made.main.close()
    made.main.deleteLater()
    made.deleteLater()


@pytest.fixture
def opened(window, files, qtbot) -> Callable[..., Window]:
    """Open files by name; the last is looked at."""

    def open_(*names: str) -> Window:
        for name in names:
            window.session.open_file(files[name])
            qtbot.waitUntil(lambda n=name: files[n] in window.session.landscapes, timeout=WAIT)
        qtbot.waitUntil(lambda: not window.session.loading, timeout=WAIT)
        return window

    return open_


@pytest.fixture
def drawn(qtbot):
    """Wait until the preview is no longer being drawn."""

    def wait(dialog: FigureDialog) -> FigureDialog:
        qtbot.waitUntil(lambda: dialog.caption.text() != "Drawing…", timeout=WAIT)
        return dialog

    return wait


@pytest.fixture
def choose_file(monkeypatch):
    """Answer the next file dialogs; the list holds what they were asked."""

    def choose(path: Path, picked: str = "") -> list[tuple[str, str]]:
        asked: list[tuple[str, str]] = []

        def answer(parent, title, suggestion, filters):
            asked.append((suggestion, filters))
            return str(path), picked

        monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
        return asked

    return choose


@pytest.fixture
def clipboard(qapp):
    QGuiApplication.clipboard().clear()
    return QGuiApplication.clipboard()
