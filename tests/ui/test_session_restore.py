"""What was open last time is open again, as it was shown; damage costs as little as possible."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from landscape_gui.ui.saved_session import SavedSession, load_session, save_session, session_path
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.session import Selection
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.view_facets import read_state, state_from_json, state_to_json, view_facets

WAIT = 20_000


@pytest.fixture
def closed(make_window, qtbot, tmp_path, open_file):
    """Open two files, show something special, close the window; the files' paths."""
    window = make_window()
    paths = []
    for name in ("a", "b"):
        (tmp_path / f"{name}.landscape.h5").touch()
        paths.append(open_file(window, tmp_path / f"{name}.landscape.h5"))
    session = window.session
    session.select(Selection(paths[0], "surface", "low-random0"))
    session.metric = "dev_error"
    session.color_map = "cividis"
    session.set_manual_limits(Limits(0.1, 0.4))
    session.set_rolled_back("low", True)
    session.show_trajectory = False
    window.main.surface_page.surface.set_camera(Camera(azimuth=12.0, elevation=40.0, zoom=1.5))
    window.main.surface_page.splitter.setSizes([200, 700])
    window.main.close()
    return paths


def restored(make_window, qtbot, count: int):
    window = make_window()
    done: list[int] = []
    window.around.keeper.restored.connect(lambda: done.append(1))
    window.around.keeper.restore()
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT)
    assert len(window.session.landscapes) == count
    return window


def test_files_selection_and_view_come_back(closed, make_window, qtbot):
    window = restored(make_window, qtbot, 2)
    session = window.session
    assert list(session.landscapes) == closed
    assert session.selection == Selection(closed[0], "surface", "low-random0")
    assert (session.metric, session.color_map) == ("dev_error", "cividis")
    assert session.manual_limits == Limits(0.1, 0.4)
    assert session.rollback == {"low"}
    assert not session.show_trajectory
    camera = window.main.surface_page.surface.camera()
    assert camera == Camera(azimuth=12.0, elevation=40.0, zoom=1.5)
    left, right = window.main.surface_page.splitter.sizes()
    assert right > 2 * left
    assert not window.around.history.undo_action.isEnabled(), "restoring is no step to undo"


def test_a_missing_file_is_named_and_the_others_open(closed, make_window, qtbot):
    closed[1].unlink()
    window = restored(make_window, qtbot, 1)
    assert window.main.messages.message.text() == "Not there any more: b.landscape.h5"
    assert window.session.selection.name == "low-random0"


def test_all_files_missing_leaves_the_welcome_page(closed, make_window, qtbot):
    for path in closed:
        path.unlink()
    window = make_window()
    window.around.keeper.restore()
    assert window.main.messages.isVisible()
    assert window.main.main_pages.currentWidget() is window.main.welcome


def test_a_file_that_cannot_be_read_any_more_does_not_hold_up_the_rest(
    make_window, qtbot, tmp_path
):
    paths = [tmp_path / "broken.landscape.h5", tmp_path / "good.landscape.h5"]
    for path in paths:
        path.touch()
    save_session(SavedSession(tuple(paths), {"color_map": "magma"}))
    window = restored(make_window, qtbot, 1)
    assert window.session.color_map == "magma"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": 99}', '{"version": 1, "files": 3, "view": {}}', "\0\0"],
)
def test_a_damaged_session_is_no_session(text, make_window):
    session_path().parent.mkdir(parents=True)
    session_path().write_text(text)
    assert load_session() is None
    window = make_window()
    assert not window.around.keeper.action.isEnabled()
    window.around.keeper.restore()
    assert window.session.landscapes == {}


def test_a_damaged_view_costs_only_what_is_damaged(closed, make_window, qtbot):
    data = json.loads(session_path().read_text())
    data["view"] |= {
        "metric": "happiness",
        "camera": {"azimuth": "north"},
        "limits": {"dev_error": [3, 1]},
        "selection": ["nowhere"],
        "trajectory": 1,
        "unheard_of": 5,
    }
    session_path().write_text(json.dumps(data))
    window = restored(make_window, qtbot, 2)
    assert window.session.color_map == "cividis"
    assert window.session.metric == "train_loss"
    assert window.session.show_trajectory
    assert window.main.surface_page.surface.camera() == Camera()


def test_it_is_kept_while_the_window_lives(make_window, qtbot, tmp_path, open_file):
    window = make_window()
    path = open_file(window, tmp_path / "a.landscape.h5")
    qtbot.waitUntil(lambda: load_session() is not None, timeout=WAIT)
    assert load_session().files == (path,)


def test_what_cannot_be_kept_is_no_trouble(tmp_path):
    (tmp_path / "file").touch()
    assert not save_session(SavedSession(), tmp_path / "file" / "session.json")


def test_an_interrupted_write_leaves_the_old_session(tmp_path, monkeypatch):
    path = tmp_path / "session.json"
    save_session(SavedSession((Path("/a"),)), path)

    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    assert not save_session(SavedSession((Path("/b"),)), path)
    assert load_session(path).files == (Path("/a"),)
    assert list(tmp_path.iterdir()) == [path]


def test_every_facet_goes_through_json_and_back(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    session = window.session
    session.set_manual_limits(Limits(0.25, 1.5))
    session.set_rolled_back("high", True)
    facets = view_facets(
        session, window.main.surface_page.surface, window.main.surface_page.contour.plot
    )
    state = read_state(facets)
    data = json.loads(json.dumps(state_to_json(facets, state)))
    assert state_from_json(facets, data) == state
    assert state_from_json(facets, ["no", "state"]) == {}


def test_the_off_switch_is_obeyed_by_the_start(tmp_path):
    """The start of the program itself, with and without the switch."""
    import os
    import subprocess
    import sys

    root = Path(__file__).resolve().parents[2]
    program = """
import sys
from pathlib import Path
if __name__ == "__main__":
    from PySide6.QtCore import QTimer
    from landscape_gui.ui import application, settings, session_keeper
    application.make_application()
    settings.Settings().restore_session = sys.argv[1] == "on"
    session_keeper.SessionKeeper.restore = lambda self: print("restoring")
    QTimer.singleShot(300, application.QApplication.instance().quit)
    files = [Path(name) for name in sys.argv[2:]]
    application.run_window(files)
"""
    script = tmp_path / "program.py"
    script.write_text(program)

    def output(*arguments: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(root), "QT_QPA_PLATFORM": "offscreen"}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            environment[f"XDG_{name}_HOME"] = str(tmp_path / name)
        done = subprocess.run(
            [sys.executable, str(script), *arguments],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "restoring" in output("on")
    assert "restoring" not in output("off")
    assert "restoring" not in output("on", str(tmp_path / "given.landscape.h5"))
