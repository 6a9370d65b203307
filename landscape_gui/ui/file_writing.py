"""Writes a file that the user asked for beside the window, and says how that ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtWidgets import QWidget

from landscape_gui.specs import UserError
from landscape_gui.ui.session import Session

logger = logging.getLogger(__name__)


class FileWriting(QObject):
    """One file after the other, on a thread of its own.

    Attributes
    ----------
    written
        The file that was written. What went wrong is the session's ``problem``.
    """

    written = Signal(object)
    _failed = Signal(str, str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._failed.connect(session.problem)

    def begin(self, path: Path, write: Callable[[], object]) -> None:
        """Call ``write`` soon, which writes ``path``; ``written`` or a message answers."""
        self._pool.start(_Writing(self, path, write))

    def refuse(self, message: str, hint: str) -> None:
        """Say why nothing is written."""
        self._failed.emit(message, hint)

    def wait(self) -> None:
        """Wait until nothing is being written."""
        self._pool.waitForDone()

    def do(self, path: Path, write: Callable[[], object]) -> None:
        """Write and say how it ended; on the thread of the pool."""
        try:
            write()
        except UserError as error:
            self._failed.emit(error.message, error.hint)
        except Exception as error:
            logger.exception("writing %s", path)
            self._failed.emit(f"{path.name} could not be written: {error}", "The log says more.")
        else:
            logger.info("wrote %s", path)
            self.written.emit(path)


class _Writing(QRunnable):
    def __init__(self, owner: FileWriting, path: Path, write: Callable[[], object]) -> None:
        super().__init__()
        self._owner, self._path, self._write = owner, path, write

    def run(self) -> None:
        self._owner.do(self._path, self._write)
