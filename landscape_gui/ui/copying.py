"""Saves a copy of a landscape file: of a sample, one into which more can be measured."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.replacement import write_whole
from landscape_gui.ui.dialogs.fields import LANDSCAPE_FILTER
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.samples import SUFFIX, is_sample
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings

logger = logging.getLogger(__name__)


class Copying(QObject):
    """Adds "Save a copy" to the menus; reads and writes on a thread of its own.

    Attributes
    ----------
    copied
        The file that was written; it is opened.
    """

    copied = Signal(object)
    _failed = Signal(str, str)

    def __init__(self, session: Session, settings: Settings, menus: Menus, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._settings, self._window = session, settings, window
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._failed.connect(session.problem)
        self.copied.connect(session.open_file)
        self.action = menus.add(menus.file, "Save a cop&y…", self.ask, "Ctrl+Alt+D", "copy")
        menus.needs_landscape.append(self.action)

    def ask(self) -> None:
        """Ask for a place, and put a copy of the landscape that is looked at there."""
        model = self._session.model
        if model is None:
            return
        proposed = str(self._settings.folder / model.path.name)
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save a copy", proposed, LANDSCAPE_FILTER
        )
        if name:
            self.copy_to(Path(name if name.endswith(".h5") else name + SUFFIX))

    def copy_to(self, path: Path) -> None:
        """Copy what is looked at; ``copied`` or a message answers."""
        model = self._session.model
        if model is None:
            return
        if path.resolve() in self._session.landscapes or is_sample(path):
            self._failed.emit(
                f"{path.name} cannot be replaced: it is open, or comes with the program.",
                "Give the copy another name.",
            )
            return
        self._settings.folder = path.parent
        self._pool.start(_Copy(self, model.path, path))

    def wait(self) -> None:
        """Wait until nothing is being copied."""
        self._pool.waitForDone()

    def write(self, source: Path, path: Path) -> None:
        """Copy and say how it ended; on the thread of the pool."""
        try:
            write_whole(path, _content(source))
        except UserError as error:
            self._failed.emit(error.message, error.hint)
        else:
            logger.info("copied %s to %s", source, path)
            self.copied.emit(path)


class _Copy(QRunnable):
    def __init__(self, owner: Copying, source: Path, path: Path) -> None:
        super().__init__()
        self._owner, self._source, self._path = owner, source, path

    def run(self) -> None:
        self._owner.write(self._source, self._path)


def _content(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise explain_os_error(error, source, "read") from error
