"""Says that a job ended when the user is elsewhere; never takes the focus."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from landscape_gui.ui.job_control import Job, JobControl

TITLES = {"complete": "The job is complete", "failed": "The job failed"}
SHOWN_MILLISECONDS = 10_000


class Notifier(QObject):
    """Lets the window's entry in the task bar ask for attention, and shows a message of the system
    where there is a tray; both only while no window of this program is active.
    """

    def __init__(self, jobs: JobControl, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        jobs.ended.connect(self._ended)

    def in_background(self) -> bool:
        """Whether the user is in another program."""
        active = Qt.ApplicationState.ApplicationActive
        return QGuiApplication.applicationState() != active or self._window.isMinimized()

    def tell(self, title: str, text: str, *, failed: bool) -> None:
        """Ask for attention."""
        QApplication.alert(self._window, 0)
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.messageClicked.connect(self._come_forward)
        kind = QSystemTrayIcon.MessageIcon
        self._tray.show()
        self._tray.showMessage(
            title, text, kind.Warning if failed else kind.Information, SHOWN_MILLISECONDS
        )
        QTimer.singleShot(2 * SHOWN_MILLISECONDS, self._tray, self._tray.hide)

    def _ended(self, job: Job) -> None:
        title = TITLES.get(job.status)
        if title is None or not self.in_background():
            return
        text = job.title
        if job.failure is not None:
            text = f"{text}\n{job.failure.message}"
        self.tell(title, text, failed=job.status == "failed")

    def _come_forward(self) -> None:
        """The user pressed the message, so this is where the focus is wanted."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
