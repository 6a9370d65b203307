"""Reads landscape files off the GUI thread: HDF5's global lock must never hold the window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord

logger = logging.getLogger(__name__)

Reader = Callable[[Path], LandscapeRecord]


def read_landscape(path: Path) -> LandscapeRecord:
    """Read a landscape file or another tool's file; h5py is imported on first use."""
    from landscape_gui.store import landscape_file

    return landscape_file.read_landscape(path)


class _Reading(QRunnable):
    def __init__(self, loader: FileLoader, path: Path, reader: Reader) -> None:
        super().__init__()
        self._loader, self._path, self._reader = loader, path, reader

    def run(self) -> None:
        try:
            record = self._reader(self._path)
        except UserError as error:
            self._loader.failed.emit(self._path, error.message, error.hint)
        except FileNotFoundError:
            self._loader.failed.emit(self._path, f"{self._path} does not exist.", "")
        except Exception as error:
            logger.exception("reading %s", self._path)
            self._loader.failed.emit(
                self._path,
                f"{self._path.name} could not be read: {error}",
                "It may be damaged, or not a landscape file.",
            )
        else:
            self._loader.loaded.emit(self._path, record)


class FileLoader(QObject):
    """Reads one file after another on a thread of its own.

    Attributes
    ----------
    loaded
        ``(path, LandscapeRecord)``.
    failed
        ``(path, message, hint)``.
    """

    loaded = Signal(object, object)
    failed = Signal(object, str, str)

    def __init__(self, reader: Reader = read_landscape, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def load(self, path: Path) -> None:
        """Read a file soon; ``loaded`` or ``failed`` answers."""
        self._pool.start(_Reading(self, path, self._reader))

    def wait(self) -> None:
        """Wait until nothing is being read."""
        self._pool.clear()
        self._pool.waitForDone()
