"""From the wish to take a landscape to another program to the file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from landscape_gui.export.files import FORMATS, Wish, export
from landscape_gui.store.places import landscape_stem
from landscape_gui.ui.file_loader import read_landscape
from landscape_gui.ui.file_writing import FileWriting
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings

# The page first: it is what one shows to others.
FILTERS = {f"{title} (*{suffix})": suffix for suffix, title in FORMATS.items()}


class DataExport(FileWriting):
    """Adds "Export data" to the menus."""

    def __init__(self, session: Session, settings: Settings, menus: Menus, window: QWidget) -> None:
        super().__init__(session, window)
        self._session, self._settings, self._window = session, settings, window
        self.action = menus.add(menus.file, "E&xport data…", self.ask, "Ctrl+Alt+X", "save")
        menus.needs_landscape.append(self.action)

    def ask(self) -> None:
        """Ask for a file, and export the landscape that is looked at to it."""
        model = self._session.model
        if model is None:
            return
        stem = landscape_stem(model.path)
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
        """Export what is looked at; ``written`` or a message answers."""
        model, selection = self._session.model, self._session.selection
        if model is None:
            return
        self._settings.folder = path.parent
        # A table of points is of all surfaces; a picture begins with the one on screen.
        shown = selection.name if selection is not None and selection.kind == "surface" else ""
        whole = path.suffix.lower() in (".csv", ".npz", ".md", ".tex")
        wish = Wish(surface="" if whole else shown, metric=self._session.metric)
        source = model.path
        self.begin(path, lambda: export(read_landscape(source), path, wish))
