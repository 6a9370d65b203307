"""Starts the window: environment, application object, first paint, and the orderly end."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from landscape_gui import __version__
from landscape_gui.engine.host import EngineProcess
from landscape_gui.resource_files import resource
from landscape_gui.specs import JobSpec
from landscape_gui.ui.around import Around
from landscape_gui.ui.crash_report import CrashReporter, start_logging
from landscape_gui.ui.engine_thread import EngineThread
from landscape_gui.ui.file_loader import FileLoader, Reader, read_landscape
from landscape_gui.ui.garbage import GarbageCollection
from landscape_gui.ui.job_control import Job, JobControl
from landscape_gui.ui.job_log import JobLog
from landscape_gui.ui.log_book import LogBook, log_qt_messages
from landscape_gui.ui.main_window import MainWindow
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.surface3d import configure_opengl
from landscape_gui.ui.theme_control import ThemeControl

NAME = "landscape-gui"
PAINT_MILLISECONDS = 600


def make_application() -> QApplication:
    """The QApplication, with everything set that has to be set before it."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    configure_opengl()
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QApplication.setApplicationName(NAME)  # becomes WM_CLASS, which the desktop entry names
    QApplication.setApplicationDisplayName("Landscape GUI")
    QApplication.setOrganizationName(NAME)
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName(NAME)
    app = QApplication(sys.argv[:1])
    with contextlib.suppress(FileNotFoundError):
        app.setWindowIcon(QIcon(str(resource("icons", "landscape-gui.svg"))))
    return app


class Window(QObject):
    """Everything that lives as long as one window: engine, session, widgets."""

    def __init__(
        self,
        app: QApplication,
        engine: EngineProcess | None = None,
        reader: Reader = read_landscape,
        log: Path | None = None,
    ) -> None:
        super().__init__()
        self.log = LogBook(self)
        self.settings = Settings()
        self.themes = ThemeControl(app, self.settings, self)
        self.engine = EngineThread(engine)
        self.jobs = JobControl(self.engine, self)
        self.session = Session(FileLoader(reader, self), self)
        self.job_log = JobLog(self.jobs, self.session, self)
        self.main = MainWindow(self.session, self.jobs, self.settings, self.themes)
        self.around = Around(self.main, self.settings, self.themes, self.log, log)


class _Errand(QObject):
    """What the command line asked of the window: a picture, an end, or both."""

    def __init__(self, window: Window, quit_when_done: bool, screenshot: Path | None) -> None:
        super().__init__(window)
        self._window = window
        self._quit = quit_when_done
        if quit_when_done or screenshot is not None:
            window.around.keeper.stop()  # what a script shows is not what the user had open
        self._screenshot = screenshot
        self._job_running = False
        self.failed = False
        window.session.loading_changed.connect(self._look)
        window.session.problem.connect(self._trouble)
        window.jobs.ended.connect(self._ended)

    def begin(self, files: Sequence[Path], job: JobSpec | None, out: Path | None) -> None:
        """Open the files and start the job."""
        self._window.main.commands.open_paths(list(files))
        if job is not None:
            self._job_running = True
            self._window.jobs.start(job, out)
        self._look()

    def _trouble(self) -> None:
        self.failed = True

    def _ended(self, job: Job) -> None:
        self._job_running = self._window.jobs.current is not None
        self.failed = self.failed or job.status == "failed"
        self._look()

    def _look(self) -> None:
        if self._job_running or self._window.session.loading:
            return
        if self._quit or self._screenshot is not None:
            QTimer.singleShot(PAINT_MILLISECONDS, self._finish)

    def _finish(self) -> None:
        if self._job_running or self._window.session.loading:
            return  # something began meanwhile; its end comes back here
        if self._screenshot is not None:
            path, self._screenshot = self._screenshot, None
            if not save_picture(self._window.main, path):
                self.failed = True
        if self._quit:
            self._window.main.close()


def save_picture(window: MainWindow, path: Path) -> bool:
    """Save what the window shows as a PNG file."""
    return QPixmap.fromImage(window.picture()).save(str(path), "PNG")


def run_window(
    files: Sequence[Path] = (),
    job: JobSpec | None = None,
    out: Path | None = None,
    quit_when_done: bool = False,
    screenshot: Path | None = None,
) -> int:
    """Open the window and return when it is closed.

    Parameters
    ----------
    files
        Landscape files and run directories to open.
    job, out
        A job to start, and the file for its measurements.
    quit_when_done
        Close the window when the files are read and the job has ended.
    screenshot
        When that is done and painted, save a picture of the window here.

    Returns
    -------
    int
        Exit status: 1 if with ``quit_when_done`` something failed, else 0.
    """
    log = start_logging()
    log_qt_messages()
    app = make_application()
    reporter = CrashReporter(log)
    reporter.install()
    garbage = GarbageCollection()
    window = Window(app, log=log)
    window.main.show()
    errand = _Errand(window, quit_when_done, screenshot)
    # After the first paint: a window that is there at once, then the files.
    QTimer.singleShot(0, lambda: errand.begin(files, job, out))
    if not (files or job or quit_when_done or screenshot) and window.settings.restore_session:
        QTimer.singleShot(0, window.around.keeper.restore)
    _let_interrupts_in(app, window.main)
    status = app.exec()
    window.engine.shut_down()
    window.session.wait_for_files()
    reporter.uninstall()
    garbage.end()
    return 1 if quit_when_done and errand.failed else status


def _let_interrupts_in(app: QApplication, window: MainWindow) -> None:
    """Ctrl+C in the terminal closes the window; Python needs a moment now and then to see it."""

    def interrupted(_number: int, _frame: object) -> None:
        window.jobs.engine.shut_down()
        app.quit()

    signal.signal(signal.SIGINT, interrupted)
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, interrupted)
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(250)
