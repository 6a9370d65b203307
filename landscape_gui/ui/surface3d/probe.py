"""Whether OpenGL can be had here, found out without risking the window."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QSurfaceFormat

_WITHOUT_OPENGL = frozenset({"offscreen", "minimal", "minimalegl", "vnc", "linuxfb"})
_POLL_MILLISECONDS = 25
_answer: tuple[bool, str] | None = None
_lock = threading.Lock()


def configure_opengl() -> None:
    """Set what must be set before QApplication exists, for any window with OpenGL views.

    Shared contexts, for whatever else of Qt may draw with OpenGL; on macOS a core profile, as
    nothing above OpenGL 2.1 is offered otherwise.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    surface_format = QSurfaceFormat.defaultFormat()
    surface_format.setDepthBufferSize(24)
    surface_format.setStencilBufferSize(8)
    if sys.platform == "darwin":
        surface_format.setVersion(4, 1)
        surface_format.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    QSurfaceFormat.setDefaultFormat(surface_format)


def opengl_available(timeout_s: float = 10.0) -> tuple[bool, str]:
    """Whether surfaces can be drawn with OpenGL, and the reason in words.

    The trial runs in a process of its own, since a broken driver crashes or hangs; the answer is
    kept for the life of this process.

    Parameters
    ----------
    timeout_s
        How long the trial may take before it counts as failed.

    Returns
    -------
    available, reason
        The reason names the OpenGL version, or says what went wrong.
    """
    global _answer
    with _lock:
        if _answer is None:
            _answer = _find_out(timeout_s)
        return _answer


def known_answer() -> tuple[bool, str] | None:
    """What `opengl_available` says, if it needs no time to say it."""
    if _answer is None and _platform() in _WITHOUT_OPENGL:
        return _none_on(_platform())
    return _answer


class Inquiry(QObject):
    """Finds the answer without holding up the window."""

    answered = Signal(object)
    """(available, reason)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Start the trial."""
        # It knows nothing of this object, which may be gone by the time it ends.
        threading.Thread(target=opengl_available, name="opengl-probe", daemon=True).start()
        self._timer.start()

    def _look(self) -> None:
        answer = _answer
        if answer is not None:
            self._timer.stop()
            self.answered.emit(answer)


def _none_on(platform: str) -> tuple[bool, str]:
    return False, f"the display platform “{platform}” has no OpenGL"


def _find_out(timeout_s: float) -> tuple[bool, str]:
    platform = _platform()
    if platform in _WITHOUT_OPENGL:
        return _none_on(platform)
    with tempfile.TemporaryDirectory(prefix="landscape-gui-") as directory:
        report = Path(directory) / "report"
        code = _run_trial(str(report), timeout_s)
        text = report.read_text(errors="replace").strip() if report.exists() else ""
    lines = [line for line in text.splitlines() if line.strip()]
    if code is None:
        return False, f"OpenGL did not answer within {timeout_s:g} s"
    if code == 0 and lines:
        return True, lines[-1]
    if code < 0:
        return False, f"the OpenGL driver crashed (signal {-code})"
    return False, lines[-1] if lines else "OpenGL could not be started"


def _run_trial(report: str, timeout_s: float) -> int | None:
    """Exit code of the trial, None if it did not end in time."""
    if getattr(sys, "frozen", False):
        # A frozen program has no interpreter to call, but freeze_support() serves spawned children.
        child = multiprocessing.get_context("spawn").Process(
            target=_try, args=(report,), daemon=True, name="opengl-probe"
        )
        child.start()
        child.join(timeout_s)
        if child.is_alive():
            child.kill()
            child.join()
            return None
        return child.exitcode
    # Not multiprocessing, which would run the caller's main script again.
    program = f"from {__spec__.name} import _try; _try({report!r})"
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        return subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return None


def _platform() -> str:
    if QGuiApplication.instance() is not None:
        return QGuiApplication.platformName()
    return os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]


def _try(report: str) -> None:
    """Child process: draw one triangle's worth of everything the view needs, or die trying."""
    with Path(report).open("w") as stream:
        # Qt's and the driver's last words go to file descriptor 2 and are the reason given.
        os.dup2(stream.fileno(), 2)
        try:
            message = _draw_offscreen()
        except Exception as error:
            stream.write(f"{error}\n")
            stream.flush()
            os._exit(1)
        stream.write(f"{message}\n")
    # Not the ordinary way out: some drivers crash while they are unloaded.
    os._exit(0)


def _draw_offscreen() -> str:
    configure_opengl()
    app = QGuiApplication([])
    from landscape_gui.ui.surface3d.drawing import DRAFT, STILL
    from landscape_gui.ui.surface3d.gl_renderer import GlRenderer
    from landscape_gui.ui.surface3d.render_service import make_surface
    from landscape_gui.ui.surface3d.trial_drawing import trial_drawing

    renderer = GlRenderer(make_surface())
    # Compiles the shaders and draws: a driver that cannot should be found out here.
    for quality in (DRAFT, STILL):
        image = renderer.render(trial_drawing(quality)).image
        if image is None or image.pixelColor(image.rect().center()).alpha() < 255:
            raise RuntimeError("OpenGL draws nothing")
    words = renderer.words
    app.processEvents()
    return words
