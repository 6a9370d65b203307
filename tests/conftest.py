"""What every test gets: a home of its own, no network, and nothing of Qt left behind.

Markers: ``gl`` (also everything below ``tests/gl``) needs a display with OpenGL, ``gpu`` a CUDA
device, ``glue`` the real GLUE files; where that is missing they are skipped and say why. ``slow``
tests are left out unless ``--run-slow`` is given. With ``LANDSCAPE_REQUIRE_GL=1`` a session in
which no OpenGL test ran fails.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

import pytest
from hypothesis import settings

# A shell starts what it runs in the background with interruptions ignored, and that is inherited:
# there are tests that interrupt themselves and their children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["support.run_fixtures"]

_HOME = Path(tempfile.mkdtemp(prefix="landscape-gui-tests-"))
_TESTS = Path(__file__).resolve().parent


def _isolate_environment() -> None:
    """Before anything reads them: no file of the user's is read or written by a test."""
    # Only the real home holds the key of a real display.
    real_key = Path(os.environ.get("HOME", "/")) / ".Xauthority"
    if "XAUTHORITY" not in os.environ and real_key.exists():
        os.environ["XAUTHORITY"] = str(real_key)
    # Building matplotlib's font list takes seconds; it is no one's data.
    os.environ["MPLCONFIGDIR"] = str(_TESTS.parent / ".pytest_cache" / "matplotlib")
    os.environ["HOME"] = str(_HOME)
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(_HOME / name.lower())
    for name in [n for n in os.environ if n.startswith(("HF_", "TRANSFORMERS_"))]:
        del os.environ[name]
    os.environ |= {
        "HF_HOME": str(_HOME / "huggingface"),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as processors already
        os.environ["OMP_NUM_THREADS"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    no_display = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if no_display and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


_isolate_environment()

settings.register_profile("landscape-gui", deadline=None)
settings.load_profile("landscape-gui")  # tests assert behaviour, never times


# Which tests run


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("landscape-gui")
    group.addoption("--run-slow", action="store_true", help="also run the tests marked slow")
    group.addoption(
        "--update-snapshots",
        action="store_true",
        help="write the reference pictures of the window anew (tests/gl/snapshots)",
    )


def pytest_report_header(config: pytest.Config) -> str:
    glue = os.environ.get("LANDSCAPE_GLUE", "not set: tests on real GLUE files are skipped")
    slow = "included" if config.getoption("--run-slow") else "left out (--run-slow)"
    return f"slow tests: {slow}; LANDSCAPE_GLUE: {glue}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, slow = [], []
    for item in items:
        if (_TESTS / "gl") in item.path.parents:
            item.add_marker("gl")
        left_out = item.get_closest_marker("slow") and not config.getoption("--run-slow")
        (slow if left_out else kept).append(item)
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, reason_against in _REASONS.items():
        if item.get_closest_marker(marker) and (reason := reason_against()):
            pytest.skip(reason)


_GL_PROBE = """
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
surface = QOffscreenSurface()
surface.create()
context = QOpenGLContext()
if not (context.create() and context.makeCurrent(surface)):
    raise SystemExit(f"the {app.platformName()} display gives no OpenGL context")
"""


@functools.cache
def _no_gl() -> str:
    """Why the ``gl`` tests cannot run; empty where they can."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return "no OpenGL: QT_QPA_PLATFORM=offscreen has none (use xvfb-run, or make test)"
    try:  # in a child: Qt aborts the process where the display is broken
        probe = subprocess.run(
            [sys.executable, "-c", _GL_PROBE], capture_output=True, text=True, timeout=60
        )
    except subprocess.TimeoutExpired:
        return "no OpenGL: the display did not answer within a minute"
    if probe.returncode == 0:
        return ""
    lines = probe.stderr.strip().splitlines() or ["the probe said nothing"]
    # Qt aborts after its own explanation; Python ends with the exception.
    return "no OpenGL: " + lines[0 if probe.returncode < 0 else -1]


@functools.cache
def _no_gpu() -> str:
    # Imported here: a session without gpu tests need not load torch.
    import torch

    return "" if torch.cuda.is_available() else "no CUDA device"


def _no_glue() -> str:
    path = os.environ.get("LANDSCAPE_GLUE")
    if not path:
        return "LANDSCAPE_GLUE is not set (a directory with mnli, mrpc, rte and sst2)"
    return "" if Path(path).is_dir() else f"LANDSCAPE_GLUE is not a directory: {path}"


_REASONS = {"gl": _no_gl, "gpu": _no_gpu, "glue": _no_glue}


# A session that was to test OpenGL has tested it

_gl_ran: list[str] = []
_tests_that_passed = pytest.StashKey[bool]()


def _gl_required() -> bool:
    return os.environ.get("LANDSCAPE_REQUIRE_GL", "") not in ("", "0")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.when == "call":
        item.stash[_tests_that_passed] = report.passed
        if item.get_closest_marker("gl") and not report.skipped:
            _gl_ran.append(item.nodeid)
    return report


def _gl_missed(config: pytest.Config) -> bool:
    return _gl_required() and not _gl_ran and not config.getoption("--collect-only")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _gl_missed(session.config) and session.exitstatus != pytest.ExitCode.INTERRUPTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _gl_missed(terminalreporter.config):
        terminalreporter.section("FAILED: no OpenGL test ran", red=True, bold=True)
        terminalreporter.line("LANDSCAPE_REQUIRE_GL is set: this session had to draw in a window.")


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


# Fixtures


@pytest.fixture
def glue_dir() -> Path:
    """The directory with the real GLUE files; for tests marked ``glue``."""
    return Path(os.environ["LANDSCAPE_GLUE"])


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Set what has to be set before the one QApplication of the session exists."""
    from landscape_gui.ui.surface3d import configure_opengl

    configure_opengl()
    return ["landscape-gui-tests"]


@pytest.fixture(autouse=True)
def _qt_settings_and_leftovers(request: pytest.FixtureRequest):
    """For tests with Qt: settings of their own, and no thread, process or window left behind."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QSettings

    tmp_path: Path = request.getfixturevalue("tmp_path")
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    request.getfixturevalue("qapp")
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / f"xdg-{name.lower()}"))
    for settings_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(settings_format, scope, str(tmp_path / "qt-settings"))

    threads = _record_started_threads(monkeypatch)
    widgets_before = {id(widget): widget for widget in _top_level_widgets()}
    children_before = set(multiprocessing.active_children())
    with _garbage_of_this_test():
        yield
        # A failing test's traceback keeps its locals alive: their leftovers say nothing.
        if not request.node.stash.get(_tests_that_passed, False):
            return
        # Threads may end with the widgets they work for.
        _delete_what_asked_for_it()
    left = [f"running QThread {t!r}" for t in list(threads) if _still_runs(t)]
    left += [
        f"child process {child!r}"
        for child in set(multiprocessing.active_children()) - children_before
        if child.join(2) is None and child.is_alive()
    ]
    left += [f"top-level widget {w!r}" for w in _top_level_widgets() if id(w) not in widgets_before]
    if left:
        pytest.fail("left behind by this test:\n  " + "\n  ".join(left), pytrace=False)


@contextlib.contextmanager
def _garbage_of_this_test():
    """As in the program: a thread that collects what a window left would delete widgets."""
    gc.disable()
    # What was there before is no litter of this test: collecting takes ms instead of a second.
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def _record_started_threads(monkeypatch: pytest.MonkeyPatch) -> weakref.WeakSet:
    from PySide6.QtCore import QThread

    started: weakref.WeakSet = weakref.WeakSet()
    start = QThread.start

    def recording_start(self, *args):
        started.add(self)
        return start(self, *args)

    monkeypatch.setattr(QThread, "start", recording_start)
    return started


def _still_runs(thread) -> bool:
    import shiboken6

    return shiboken6.isValid(thread) and thread.isRunning() and not thread.wait(2000)


def _delete_what_asked_for_it() -> None:
    """Carry out deleteLater(), which outside an event loop waits for ever, and collect cycles."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


def _top_level_widgets() -> list:
    """Windows of the program's own: not menus, tool tips or pop-ups, which Qt keeps for reuse."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QMenu

    passing = {Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.SplashScreen}
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if not isinstance(widget, QMenu)
        and widget.windowType() not in passing
        and widget.parent() is None
    ]
