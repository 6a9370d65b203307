from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from landscape_gui.ui.dialogs.preferences import NAMES
from landscape_gui.ui.settings import Settings


@pytest.fixture
def dialog(window):
    made = window.around.show_preferences()
    yield made
    made.reject()


@pytest.fixture(autouse=True)
def _font_and_threads():
    before = os.environ.get("OMP_NUM_THREADS")
    yield
    if before is None:
        os.environ.pop("OMP_NUM_THREADS", None)
    else:
        os.environ["OMP_NUM_THREADS"] = before


def test_every_setting_has_a_row_with_a_name(dialog):
    assert set(dialog.fields) == set(NAMES)
    for name, field in dialog.fields.items():
        assert field.accessibleName() == NAMES[name]


def test_look_changes_at_once(window, dialog):
    dialog.fields["theme"].setCurrentIndex(dialog.fields["theme"].findData("dark"))
    assert window.themes.theme.name == "dark"
    dialog.fields["color_map"].setCurrentIndex(dialog.fields["color_map"].findData("magma"))
    assert window.session.color_map == "magma"
    assert window.main.menus.color_map_actions["magma"].isChecked()
    system = QApplication.font().pointSize()
    dialog.fields["font_size"].setValue(15)
    assert QApplication.font().pointSize() == 15
    assert "font-size: 22.5pt" in QApplication.instance().styleSheet()
    dialog.fields["font_size"].setValue(dialog.fields["font_size"].minimum())
    assert QApplication.font().pointSize() == system


def test_threads_are_those_of_the_next_engine(window, dialog):
    before = os.environ.get("OMP_NUM_THREADS")
    dialog.fields["threads"].setValue(3)
    assert os.environ["OMP_NUM_THREADS"] == "3"
    dialog.fields["threads"].setValue(0)
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_an_idle_engine_is_renewed_and_a_busy_one_is_not(make_window, qtbot, tmp_path):
    from landscape_gui.specs import RandomAxis, SurfaceSpec

    window = make_window("steady")
    window.jobs.start(SurfaceSpec(run=tmp_path, axis2=RandomAxis()), tmp_path / "fresh.h5")
    qtbot.waitUntil(lambda: window.jobs.current.done > 2, timeout=30_000)
    pid = window.engine.pid
    window.engine.renew()
    done = window.jobs.current.done
    qtbot.waitUntil(lambda: window.jobs.current.done > done, timeout=30_000)
    assert window.engine.pid == pid
    window.jobs.cancel()
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=30_000)
    window.engine.renew()
    qtbot.waitUntil(lambda: window.engine.pid is None, timeout=30_000)
    assert window.engine.isRunning()


def test_new_measurements_begin_with_precision_and_device(window, dialog, tmp_path):
    dialog.fields["precision"].setCurrentIndex(dialog.fields["precision"].findData("auto"))
    dialog.fields["device"].setCurrentIndex(dialog.fields["device"].findData("cpu"))
    run = tmp_path / "run"
    run.mkdir()
    measurement = window.main.commands.measure_run(run, "surface")
    spec = measurement.spec()
    assert (spec.precision, spec.device) == ("auto", "cpu")
    measurement.reject()


def test_closing_does_not_ask_when_told_not_to(window, dialog, qtbot, tmp_path):
    from landscape_gui.specs import RandomAxis, SurfaceSpec

    dialog.fields["confirm_close"].setChecked(False)
    window.jobs.start(SurfaceSpec(run=tmp_path, axis2=RandomAxis()), tmp_path / "fresh.h5")
    qtbot.waitUntil(lambda: window.jobs.current.done > 2, timeout=30_000)
    assert window.main.close()
    assert not window.engine.isRunning()


def test_defaults_come_back(window, dialog):
    dialog.fields["restore_session"].setChecked(False)
    dialog.fields["redraws"].setCurrentIndex(2)
    dialog.fields["threads"].setValue(4)
    assert not Settings().restore_session
    assert Settings().redraws == 5
    dialog.restore_defaults()
    settings = Settings()
    assert settings.restore_session
    assert (settings.redraws, settings.threads, settings.font_size) == (30, 0, 0)


@pytest.mark.parametrize(
    ("name", "value", "default"),
    [
        ("font_size", "huge", 0),
        ("font_size", 400, 0),
        ("threads", -1, 0),
        ("antialiasing", 3, 4),
        ("redraws", "many", 30),
        ("restore_session", "perhaps", True),
        ("device", "quantum", "auto"),
        ("precision", 7, "float32"),
        ("theme", "pink", "system"),
    ],
)
def test_damaged_settings_are_ignored(qapp, name, value, default):
    QSettings().setValue(name, value)
    assert getattr(Settings(), name) == default
