"""What happens when the program itself errs: a log file, and a calm report to copy."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import IO

import platformdirs
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.dialogs.about import versions
from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.panels.parts import label

logger = logging.getLogger("landscape_gui")
LOG_BYTES = 1_000_000


def log_directory() -> Path:
    """Where logs are kept."""
    return platformdirs.user_log_path("landscape-gui", appauthor=False)


def start_logging() -> Path | None:
    """Log to a file and have crashes in native code leave a trace there; None if impossible."""
    directory = log_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "window.log"
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
        _open_fault_log(directory / "crash.log")
    except OSError:
        faulthandler.enable()
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("landscape_gui")
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return path


_fault_log: IO[str] | None = None


def _open_fault_log(path: Path) -> None:
    global _fault_log
    if _fault_log is not None:
        _fault_log.close()
    # Kept open for the life of the process: faulthandler writes to its descriptor.
    _fault_log = path.open("w", encoding="utf-8")
    faulthandler.enable(_fault_log)


class CrashReporter(QObject):
    """Catches exceptions that nobody else did, on any thread.

    The hook may run on any thread, so it only logs and emits a signal; the dialog is shown by
    the thread that owns this object.
    """

    caught = Signal(str, str)

    def __init__(self, log: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._dialog: CrashDialog | None = None
        self.caught.connect(self._show)

    def install(self) -> None:
        """Become the hook for uncaught exceptions."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _thread_hook(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._hook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        logger.error("uncaught exception\n%s", text)
        sys.__excepthook__(kind, error, trace)
        self.caught.emit(f"{kind.__name__}: {error}", text)

    def _show(self, summary: str, text: str) -> None:
        # One report at a time: a fault in a paint event comes back with every frame.
        if self._dialog is not None and self._dialog.isVisible():
            return
        self._dialog = CrashDialog(summary, text, self._log, QApplication.activeWindow())
        self._dialog.finished.connect(self._forget)
        self._dialog.open()

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class CrashDialog(QDialog):
    """Says that something went wrong here, with all that a bug report needs."""

    def __init__(self, summary: str, text: str, log: Path | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.resize(680, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label("Something went wrong in the window", "title"))
        column.addWidget(
            label(
                "Measured values are safe in their files, and you can go on working. "
                "Please send the text below with a word on what you were doing.",
                wrap=True,
            )
        )
        self.report = QPlainTextEdit(f"{summary}\n\n{versions()}\n\n{text}")
        self.report.setReadOnly(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setAccessibleName("Report")
        column.addWidget(self.report, 1)
        if log is not None:
            column.addWidget(label(f"Log: {log}", "muted", wrap=True))
        buttons, _ = dialog_buttons()
        copy = buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
