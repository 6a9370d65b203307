"""What Qt does to OpenGL widgets: docking, hiding, several views, deletion."""

import gc
import threading
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QWidget

from landscape_gui.ui.surface3d import make_surface_view, source
from landscape_gui.ui.surface3d.drawing import STILL
from landscape_gui.ui.surface3d.gl_renderer import GlRenderer
from landscape_gui.ui.surface3d.render_service import RenderService, make_surface, render_service
from landscape_gui.ui.surface3d.trial_drawing import trial_drawing
from landscape_gui.ui.surface3d.view import Surface3DView

pytestmark = pytest.mark.gl


def test_factory_gives_the_3d_view(qtbot):
    view = make_surface_view()
    qtbot.addWidget(view)
    assert isinstance(view, Surface3DView)


def test_two_views_in_one_window(qtbot, make_view, picture):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    views = [make_view(parent=window) for _ in range(2)]
    for view in views:
        layout.addWidget(view)
    window.resize(900, 400)
    window.show()
    qtbot.waitExposed(window)
    assert all(picture.saturation(view.grab_image()) > 60 for view in views)
    views[0].set_scene(picture.scene(31, lift=0.5))
    assert all(picture.saturation(view.grab_image()) > 60 for view in views)
    views[0].setParent(None)
    views[0].deleteLater()
    qtbot.wait(20)
    assert picture.saturation(views[1].grab_image()) > 60


def test_floating_and_docking_again(qtbot, make_view, picture):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    dock = QDockWidget("surface", window)
    view = make_view(parent=dock)
    dock.setWidget(view)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    for floating in (True, False, True, False):
        dock.setFloating(floating)
        qtbot.wait(30)
        view.set_scene(picture.scene(21, lift=0.1 * floating))
        assert picture.saturation(view.grab_image()) > 60


def test_hidden_shown_and_grabbed_while_hidden(qtbot, make_view, picture):
    view = make_view()
    before = view.grab_image()
    view.hide()
    view.set_scene(picture.scene(lift=0.3))
    assert picture.saturation(view.grab_image()) > 60
    view.show()
    qtbot.waitExposed(view)
    view.set_scene(picture.scene())
    assert picture.difference(before, view.grab_image()) == 0


def test_never_shown_can_be_grabbed_and_then_shown(qtbot, picture):
    view = Surface3DView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.set_scene(picture.scene())
    assert picture.saturation(view.grab_image()) > 60
    view.show()
    qtbot.waitExposed(view)
    assert picture.saturation(view.grab_image()) > 60


def test_moved_to_another_window(qtbot, make_view, picture):
    view = make_view()
    view.grab_image()
    other = QMainWindow()
    qtbot.addWidget(other)
    other.setCentralWidget(view)
    other.resize(600, 500)
    other.show()
    qtbot.waitExposed(other)
    assert picture.saturation(view.grab_image()) > 60


def test_many_views_come_and_go(qtbot, picture):
    for _ in range(6):
        view = Surface3DView()
        view.resize(300, 240)
        view.set_scene(picture.scene(11))
        view.show()
        qtbot.waitExposed(view)
        assert picture.saturation(view.grab_image()) > 40
        view.close()
        view.deleteLater()
        del view
        gc.collect()
        qtbot.wait(5)


def test_core_profile_draws_too(qapp, picture):
    """Nothing newer than OpenGL 2.1 is offered on macOS but a core profile."""
    core = QSurfaceFormat.defaultFormat()
    core.setVersion(3, 3)
    core.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    renderer = GlRenderer(make_surface(), core)
    assert renderer.format.profile() == QSurfaceFormat.OpenGLContextProfile.CoreProfile
    image = renderer.render(trial_drawing(STILL)).image
    assert image.pixelColor(image.rect().center()).alpha() == 255
    renderer.close()


def test_the_interpreter_is_free_while_a_driver_draws(qapp):
    """Else the window would wait for the renderer's thread wherever the processor draws."""
    drawing = trial_drawing(STILL)
    drawing = replace(drawing, projection=drawing.camera.projection(2400, 1800))
    renderer = GlRenderer(make_surface())
    renderer.render(drawing)
    moments = []
    end = threading.Event()

    def live():
        while not end.wait(0.001):
            moments.append(time.perf_counter())

    thread = threading.Thread(target=live)
    thread.start()
    shares = []
    for _ in range(5):
        began = time.perf_counter()
        renderer.render(drawing)
        took = time.perf_counter() - began
        during = [began, *(m for m in moments if began < m < began + took), began + took]
        shares.append(max(b - a for a, b in pairwise(during)) / took)
    end.set()
    thread.join()
    renderer.close()
    if took < 0.05:
        pytest.skip("this driver draws too fast to tell")
    assert min(shares) < 0.5


def test_the_thread_ends_with_the_last_view_and_begins_again(qtbot, make_view, picture):
    view = make_view()
    service = render_service()
    view.grab_image()
    thread = service._thread
    assert thread.isRunning()
    service.stop()
    assert thread.isFinished()
    view.set_scene(picture.scene(lift=0.2))
    assert picture.saturation(view.grab_image()) > 60


def test_a_context_that_fails_later_leaves_a_picture_and_a_reason(qtbot, make_view, monkeypatch):
    view = make_view()
    view.grab_image()

    def fail(*_):
        raise RuntimeError("the driver is gone")

    monkeypatch.setattr(GlRenderer, "render", fail)
    view.set_camera(view.camera().rotated(10, 0))
    qtbot.waitUntil(lambda: view.reason == "the driver is gone", timeout=20_000)
    assert not view.grab_image().isNull()


def test_a_driver_that_never_returns_does_not_hang_the_window(qtbot, monkeypatch, picture):
    service = RenderService()
    monkeypatch.setattr(source, "render_service", lambda: service)
    monkeypatch.setattr(service, "patience_s", 0.3)
    stuck, go_on = threading.Event(), threading.Event()

    def hang(*_):
        stuck.set()
        go_on.wait()
        raise RuntimeError("too late")

    monkeypatch.setattr(GlRenderer, "render", hang)
    view = Surface3DView()
    qtbot.addWidget(view)
    view.resize(300, 240)
    view.set_scene(picture.scene())
    image = view.grab_image()
    assert stuck.is_set()
    assert view.reason == "it does not answer"
    assert picture.saturation(image) > 40

    service.stop()
    with pytest.raises(RuntimeError, match="does not answer"):
        service.ask(1, trial_drawing(STILL))
    go_on.set()
    assert all(thread.wait(5000) for thread, _ in service._lost)
