"""From the wish to see a report to its window."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.job_control import JobControl
from landscape_gui.ui.report.window import ReportWindow
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.theme_control import ThemeControl


class ReportControl(QObject):
    """Keeps the one window with a report; made when it is first wanted."""

    def __init__(
        self,
        session: Session,
        jobs: JobControl,
        settings: Settings,
        themes: ThemeControl,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._jobs = session, jobs
        self._settings, self._themes = settings, themes
        self._main = window
        self.window: ReportWindow | None = None

    def show(self) -> ReportWindow:
        """Show the report of what is open, made anew if it would be another one."""
        if self.window is None:
            theme = self._themes.theme
            self.window = ReportWindow(self._session, self._jobs, self._settings, theme, self._main)
            self._themes.changed.connect(self.window.set_theme)
        window = self.window
        window.show()
        window.raise_()
        window.activateWindow()
        if window.report is None or window.outdated:
            window.make()
        return window

    def stop(self) -> None:
        """End what is being made; for the end of the program."""
        if self.window is not None:
            self.window.wait()
            self.window.close()
