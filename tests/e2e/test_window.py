"""The real window on a real display, with a real file and an engine process without torch."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

import synthetic_landscape  # noqa: E402

from landscape_gui.engine.host import EngineProcess  # noqa: E402
from landscape_gui.specs import RandomAxis, SurfaceSpec  # noqa: E402
from landscape_gui.ui.application import Window, save_picture  # noqa: E402
from landscape_gui.ui.views.ticks import format_value  # noqa: E402

pytestmark = pytest.mark.gl
WAIT = 30_000
SPEC = SurfaceSpec(run=Path("run"), axis2=RandomAxis())


@pytest.fixture
def make(qapp, qtbot):
    made = []

    def make_(job: str) -> Window:
        engine = EngineProcess(job=f"fake_jobs:{job}", describe="fake_jobs:describe")
        window = Window(
            qapp,
            engine,
            lambda path: synthetic_landscape.landscape(
                path, points=41, measured=0.0 if "fresh" in path.name else 1.0
            ),
        )
        made.append(window)
        window.themes.choose("light")
        window.main.resize(1440, 900)
        window.main.show()
        qtbot.waitExposed(window.main)
        return window

    yield make_
    for window in made:
        window.engine.shut_down()
        window.session.wait_for_files()
        window.main.close()
        window.main.deleteLater()
        window.deleteLater()


def open_(window, qtbot, path: Path) -> None:
    window.session.open_file(path)
    qtbot.waitUntil(lambda: path.resolve() in window.session.landscapes, timeout=WAIT)
    qtbot.wait(100)


def colors(image) -> set[int]:
    return {
        image.pixelColor(x, y).rgb()
        for x in range(0, image.width(), 9)
        for y in range(0, image.height(), 9)
    }


def test_surface_is_drawn_by_opengl_and_the_star_moves(make, qtbot, tmp_path):
    window = make("rollback")
    open_(window, qtbot, tmp_path / "a.landscape.h5")
    page = window.main.surface_page
    assert type(page.surface).__name__ == "Surface3DView"
    assert len(colors(page.surface.grab_image())) > 200
    window.main.layers_panel.shows["low"].click()
    qtbot.wait(100)

    def star() -> float:
        """Pixels from the fine-tuned point to the star."""
        way = page.surface.marker_position(1) - page.surface.marker_position(0)
        return way.manhattanLength()

    still = star()
    window.main.layers_panel.toggles["low"].click()
    qtbot.waitUntil(lambda: star() > still + 10, timeout=WAIT)
    window.main.layers_panel.toggles["high"].click()
    table = window.main.layers_panel.table
    qtbot.waitUntil(lambda: table.text(3, 2).startswith("50.00 %"), timeout=WAIT)
    window.main.layers_panel.toggles["high"].click()
    window.main.layers_panel.toggles["low"].click()
    qtbot.waitUntil(lambda: star() < still + 3, timeout=WAIT)


def test_the_star_moves_to_minus_one_and_back(make, qtbot, tmp_path):
    window = make("rollback")
    open_(window, qtbot, tmp_path / "a.landscape.h5")
    panel, canvas = window.main.layers_panel, window.main.surface_page.surface._canvas
    panel.shows["low"].click()

    def star() -> tuple[float, float]:
        return next((m.alpha, m.beta) for m in canvas.picture.markers if m.kind == "rolled_back")

    def drawn() -> bool:
        """The star's colour is where it belongs."""
        frame = canvas.current_frame()
        mark = next(m for m in canvas.picture.markers if m.kind == "rolled_back")
        x, y = frame.projection.project(frame.lifted(mark.alpha, mark.beta, math.nan))[0]
        color = canvas.grab_image().pixelColor(round(x), round(y))
        wanted = QColor(canvas.picture.theme.rolled_back)
        return abs(color.red() - wanted.red()) + abs(color.blue() - wanted.blue()) < 40

    window.main.surface_page.surface.set_viewpoint("top")
    qtbot.waitUntil(lambda: star() == (0.0, 0.0), timeout=WAIT)
    panel.toggles["low"].click()
    qtbot.waitUntil(lambda: star() == (-1.0, 0.0), timeout=WAIT)
    assert drawn()
    panel.toggles["low"].click()
    qtbot.waitUntil(lambda: star() == (0.0, 0.0), timeout=WAIT)


def test_hovering_in_3d_reads_out_what_the_file_holds(make, qtbot, tmp_path):
    window = make("steady")
    path = tmp_path / "a.landscape.h5"
    open_(window, qtbot, path)
    page, plot = window.main.surface_page, window.session.plot
    page.surface.set_viewpoint("top")
    canvas = page.surface._canvas
    frame = canvas.current_frame()
    said = set()
    for j, i in ((3, 4), (10, 10), (15, 2), (8, 17)):
        at = frame.projection.project(frame.on_surface(plot.alpha[i], plot.beta[j]))[0]
        QTest.mouseMove(canvas, QPoint(*(round(v) for v in at)))
        value = format_value(plot.values["train_loss"][j, i])
        error = format_value(plot.standard_errors["train_loss"][j, i])
        qtbot.waitUntil(lambda v=value: v in page.contour.read_out.text(), timeout=WAIT)
        words = page.contour.read_out.text()
        assert "measured" in words
        assert error in words
        said.add(words)
    assert len(said) == 4


def test_every_choice_of_the_menu_for_the_surface_changes_its_pixels(make, qtbot, tmp_path):
    window = make("steady")
    open_(window, qtbot, tmp_path / "a.landscape.h5")
    menus, view = window.main.menus, window.main.surface_page.surface
    for action in (menus.lines_action, menus.floor_action, menus.log_action, menus.parallel_action):
        before = view.grab_image()
        action.trigger()
        assert view.grab_image() != before, action.text()
        action.trigger()
        assert view.grab_image() == before, action.text()
    before = view.grab_image()
    menus.fill_actions["bands"].trigger()
    assert view.grab_image() != before
    start = view.camera()
    menus.turning_action.trigger()
    qtbot.waitUntil(lambda: view.camera() != start, timeout=WAIT)
    menus.turning_action.trigger()
    menus.reset_action.trigger()
    assert view.camera() == start


def test_cursor_of_the_contours_is_shown_in_3d(make, qtbot, tmp_path):
    window = make("steady")
    open_(window, qtbot, tmp_path / "a.landscape.h5")
    page = window.main.surface_page
    before = page.surface.grab_image()
    page.contour.cursor_moved.emit((2.0, -2.0))
    qtbot.waitUntil(lambda: page.surface.grab_image() != before, timeout=WAIT)


def test_live_job_survives_the_death_of_its_engine(make, qtbot, tmp_path):
    window = make("steady")
    file = tmp_path / "fresh.landscape.h5"
    window.jobs.start(SPEC, file)
    qtbot.waitUntil(
        lambda: window.session.plot is not None and window.session.plot.done > 20, timeout=WAIT
    )
    assert len(colors(window.main.surface_page.surface.grab_image())) > 50
    os.kill(window.engine.pid, signal.SIGKILL)
    qtbot.waitUntil(window.main.messages.isVisible, timeout=WAIT)
    assert "signal 9" in window.main.messages.message.text()
    done = window.session.plot.done
    QTest.mouseClick(window.main.jobs_panel.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.jobs.current is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: window.jobs.current.done > done, timeout=WAIT)


def test_picture_of_the_window_contains_the_surface(make, qtbot, tmp_path):
    window = make("steady")
    open_(window, qtbot, tmp_path / "a.landscape.h5")
    path = tmp_path / "window.png"
    assert save_picture(window.main, path)
    from PySide6.QtGui import QImage

    image = QImage(str(path))
    view = window.main.surface_page.surface
    corner = view.mapTo(window.main, view.rect().topLeft())
    ratio = image.devicePixelRatio()
    part = image.copy(int(corner.x() * ratio), int(corner.y() * ratio), view.width(), view.height())
    assert len(colors(part)) > 200


def test_window_class_is_the_name_in_the_desktop_entry(tmp_path):
    program = (
        "from landscape_gui.ui.application import make_application\n"
        "app = make_application()\n"
        "print(app.applicationName(), app.desktopFileName())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["landscape-gui", "landscape-gui"]
