"""From the wish to take a landscape to another program to the file."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from landscape_gui.export.files import FORMATS, Wish, export
from landscape_gui.specs import UserError
from landscape_gui.ui.file_loader import read_landscape
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings

logger = logging.getLogger(__name__)

# The page first: it is what one shows to others.
FILTERS = {f"{title} (*{suffix})": suffix for suffix, title in FORMATS.items()}


class DataExport(QObject):
    """Adds "Export data" to the menus; reads and writes on a thread of its own.

    Attributes
    ----------
    finished
        The file that was written.
    """

    finished = Signal(object)
    _failed = Signal(str, str)

    def __init__(self, session: Session, settings: Settings, menus: Menus, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._settings, self._window = session, settings, window
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._failed.connect(session.problem)
        self.action = menus.add(menus.file, "E&xport data…", self.ask, "Ctrl+Alt+X", "save")
        menus.needs_landscape.append(self.action)

    def ask(self) -> None:
        """Ask for a file, and export the landscape that is looked at to it."""
        model = self._session.model
        if model is None:
            return
        stem = model.path.name.removesuffix(".h5").removesuffix(".landscape")
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            "Export data",
            str(self._settings.folder / f"{stem}.html"),
            ";;".join(FILTERS),
        )
        if name:
            path = Path(name)
            known = path.suffix.lower() in FORMATS
            self.export_to(path if known else Path(name + FILTERS.get(chosen, ".html")))

    def export_to(self, path: Path) -> None:
        """Export what is looked at; ``finished`` or a message answers."""
        model, selection = self._session.model, self._session.selection
        if model is None:
            return
        self._settings.folder = path.parent
        # A table of points is of all surfaces; a picture begins with the one on screen.
        shown = selection.name if selection is not None and selection.kind == "surface" else ""
        whole = path.suffix.lower() in (".csv", ".npz", ".md", ".tex")
        wish = Wish(surface="" if whole else shown, metric=self._session.metric)
        self._pool.start(_Writing(self, model.path, path, wish))

    def wait(self) -> None:
        """Wait until nothing is being written."""
        self._pool.waitForDone()

    def write(self, source: Path, path: Path, wish: Wish) -> None:
        """Read, write and say how it ended; on the thread of the pool."""
        try:
            export(read_landscape(source), path, wish)
        except UserError as error:
            self._failed.emit(error.message, error.hint)
        except Exception as error:
            logger.exception("exporting %s", source)
            self._failed.emit(f"{path.name} could not be written: {error}", "The log says more.")
        else:
            logger.info("exported %s to %s", source, path)
            self.finished.emit(path)


class _Writing(QRunnable):
    def __init__(self, owner: DataExport, source: Path, path: Path, wish: Wish) -> None:
        super().__init__()
        self._owner, self._source, self._path, self._wish = owner, source, path, wish

    def run(self) -> None:
        self._owner.write(self._source, self._path, self._wish)
