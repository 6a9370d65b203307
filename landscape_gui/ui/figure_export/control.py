"""From the wish for a figure to the file, or to the command that makes it."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from landscape_gui.figures.command_line import figure_command
from landscape_gui.figures.formats import suffixes_of
from landscape_gui.figures.workshop import Answer, Export, Order, Picture, Preview, Refused, Written
from landscape_gui.specs import UserError
from landscape_gui.store.places import landscape_stem
from landscape_gui.ui.figure_export.dialog import FigureDialog
from landscape_gui.ui.figure_export.maker import CANCELLED, FigureMaker
from landscape_gui.ui.figure_export.reading import ScreenReader
from landscape_gui.ui.figure_export.snapshots import Snapshot, save_snapshot, snapshots_of
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.panels.surface_page import SurfacePage
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.theme_control import ThemeControl

logger = logging.getLogger(__name__)
_FILTERS = {
    ".pdf": "PDF (*.pdf)", ".svg": "SVG (*.svg)", ".png": "PNG (*.png)", ".pgf": "PGF (*.pgf)",
    ".tex": "LaTeX (*.tex)", ".md": "Markdown (*.md)", ".csv": "CSV (*.csv)",
}  # fmt: skip


class FigureExport(QObject):
    """Adds "Export figure" to the menus; a process of its own draws."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        themes: ThemeControl,
        menus: Menus,
        reader: ScreenReader,
        surface: SurfacePage,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._settings, self._themes = session, settings, themes
        self._reader, self._surface, self._window = reader, surface, window
        self._dialog: FigureDialog | None = None
        self._maker: FigureMaker | None = None
        self.action = menus.add(menus.file, "Export fi&gure…", self.ask, "Ctrl+Alt+F", "figure")
        menus.needs_landscape.append(self.action)

    def ask(self) -> FigureDialog | None:
        """Ask which figure to make of what the screen shows."""
        if self._dialog is not None:
            self._dialog.raise_()
            return self._dialog
        screen = self._reader.read()
        if screen is None:
            self._session.problem.emit(
                "There is nothing to make a figure of.", "Open a landscape file first."
            )
            return None
        self._maker = FigureMaker(self)
        self._maker.answered.connect(self._take)
        dialog = FigureDialog(screen, snapshots_of(self._surface), self._themes.theme, self._window)
        self._dialog = dialog
        self._maker.progressed.connect(dialog.show_progress)
        dialog.preview_wanted.connect(self._maker.draw)
        dialog.export_wanted.connect(self._choose_file)
        dialog.copy_wanted.connect(self._copy)
        dialog.cancel_requested.connect(self._maker.cancel)
        dialog.finished.connect(self._closed)
        dialog.open()
        return dialog

    def stop(self) -> None:
        """End what draws, and wait for it; for the end of the program."""
        if self._maker is not None:
            self._maker.shut_down()
            self._maker.deleteLater()
            self._maker = None

    # -- to a file -----------------------------------------------------------------------------

    def suggestion(self) -> Path:
        """Where the figure would be written if nothing else is chosen."""
        dialog, model = self._dialog, self._session.model
        assert dialog is not None
        stem = landscape_stem(model.path) if model else "view"
        what = str(dialog.what.currentData())
        if what.isdigit():
            what = f"figure{what}"
        return self._settings.folder / f"{stem}-{what}{dialog.suffix}"

    def _choose_file(self) -> None:
        dialog = self._dialog
        assert dialog is not None
        chosen = dialog.suffix
        possible = suffixes_of(dialog.form.kind) if dialog.snapshot is None else (".png",)
        others = [suffix for suffix in possible if suffix != chosen]
        filters = [_FILTERS[suffix] for suffix in (chosen, *others)]
        name, picked = QFileDialog.getSaveFileName(
            dialog, "Export figure", str(self.suggestion()), ";;".join(filters)
        )
        if name:
            path = Path(name)
            usual = next((s for s, words in _FILTERS.items() if words == picked), chosen)
            self.export_to(path if path.suffix.lower() in possible else Path(name + usual))

    def export_to(self, path: Path) -> None:
        """Write what the dialog shows; it says how that ended."""
        dialog, maker = self._dialog, self._maker
        assert dialog is not None
        assert maker is not None
        self._settings.folder = path.parent
        if dialog.snapshot is not None:
            self._write_snapshot(dialog, dialog.snapshot, path)
            return
        try:
            order = Export(dialog.form.spec(), path, dialog.form.dpi.value())
        except UserError as error:
            dialog.show_failure(Refused(error.message, error.hint))
            return
        dialog.show_running(True)
        maker.write(order)

    def _write_snapshot(self, dialog: FigureDialog, snapshot: Snapshot, path: Path) -> None:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            save_snapshot(snapshot.image(dialog.snapshot_form.ratio()), path)
        except UserError as error:
            dialog.show_failure(Refused(error.message, error.hint))
        else:
            dialog.show_saved([path])
        finally:
            QGuiApplication.restoreOverrideCursor()

    # -- to the clipboard ----------------------------------------------------------------------

    def _copy(self) -> None:
        dialog = self._dialog
        assert dialog is not None
        try:
            spec = dialog.form.spec()
        except UserError as error:
            dialog.show_failure(Refused(error.message, error.hint))
            return
        command = figure_command(spec, self.suggestion(), dialog.form.dpi.value())
        QGuiApplication.clipboard().setText(command)
        dialog.say("The command is on the clipboard.", good=True)

    # -- answers -------------------------------------------------------------------------------

    def _take(self, order: Order, answer: Answer) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        match order, answer:
            case Preview(), Picture() | Refused():
                dialog.show_answer(order, answer)
            case Export(), Written(files):
                logger.info("exported a figure to %s", files[0])
                dialog.show_saved(files)
            case Export(), Refused(message=message) if message == CANCELLED:
                dialog.show_running(False)
                dialog.say("Given up.", good=True)
            case Export(), Refused():
                dialog.show_failure(answer)

    def _closed(self) -> None:
        self.stop()
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
