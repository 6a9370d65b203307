"""Saves a copy of a landscape file: of a sample, one into which more can be measured."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.replacement import write_whole
from landscape_gui.ui.dialogs.fields import LANDSCAPE_FILTER
from landscape_gui.ui.file_writing import FileWriting
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.samples import SUFFIX, is_sample
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings


class Copying(FileWriting):
    """Adds "Save a copy" to the menus; a copy that is there is opened."""

    def __init__(self, session: Session, settings: Settings, menus: Menus, window: QWidget) -> None:
        super().__init__(session, window)
        self._session, self._settings, self._window = session, settings, window
        self.written.connect(session.open_file)
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
        """Copy what is looked at; ``written`` or a message answers."""
        model = self._session.model
        if model is None:
            return
        if path.resolve() in self._session.landscapes or is_sample(path):
            self.refuse(
                f"{path.name} cannot be replaced: it is open, or comes with the program.",
                "Give the copy another name.",
            )
            return
        self._settings.folder = path.parent
        source = model.path
        self.begin(path, lambda: write_whole(path, _content(source)))


def _content(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise explain_os_error(error, source, "read") from error
