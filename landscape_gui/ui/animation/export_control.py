"""From the wish for an export to the file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from landscape_gui.store.places import landscape_stem
from landscape_gui.ui.animation.director import Director
from landscape_gui.ui.animation.export_dialog import ExportDialog
from landscape_gui.ui.animation.exporter import Exporter, Film
from landscape_gui.ui.animation.stage import Look, Stage
from landscape_gui.ui.panels.surface_page import SurfacePage
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings


class ExportControl(QObject):
    """Asks, renders and says how it ended."""

    def __init__(
        self, session: Session, page: SurfacePage, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._page = session, page
        self._settings, self._window = settings, window
        self._dialog: ExportDialog | None = None
        self._exporter: Exporter | None = None

    def ask(self) -> ExportDialog | None:
        """Ask how to export what the surface page shows."""
        director = self._page.animation.director()
        if director is None:
            self._session.problem.emit("There is no surface to animate.", "Choose one first.")
            return None
        if self._dialog is not None:
            self._dialog.raise_()
            return self._dialog
        self._page.animation.player.pause()
        dialog = ExportDialog(director, self._page.animation.story, self._window)
        dialog.seconds.setValue(self._page.animation.player.seconds)
        dialog.accepted_choices.connect(self._choose_file)
        dialog.finished.connect(self._closed)
        dialog.open()
        self._dialog = dialog
        return dialog

    def stop(self) -> None:
        """Give up an export that runs, and wait for its thread."""
        if self._exporter is not None:
            self._exporter.cancel()
            self._exporter.wait()

    # -- inside --------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        dialog, director = self._dialog, self._page.animation.director()
        if dialog is None or director is None:
            return
        stem = landscape_stem(director.model.path)
        suggestion = (
            self._settings.folder / f"{stem}-{dialog.story}-{director.metric}{dialog.suffix}"
        )
        pattern = "GIF (*.gif)" if dialog.suffix == ".gif" else "MP4 (*.mp4)"
        name, _ = QFileDialog.getSaveFileName(dialog, "Export animation", str(suggestion), pattern)
        if name:
            path = Path(name)
            self.export_to(
                path if path.suffix.lower() == dialog.suffix else Path(name + dialog.suffix)
            )

    def export_to(self, path: Path) -> None:
        """Export with the dialog's choices."""
        dialog, director = self._dialog, self._page.animation.director()
        assert dialog is not None
        assert director is not None
        self._settings.folder = path.parent
        stage = Stage(
            director, dialog.shot, self._look(director), dialog.pixels, QApplication.font()
        )
        film = Film(
            path, dialog.story, dialog.pixels, dialog.per_second.value(), dialog.seconds.value()
        )
        exporter = Exporter(stage, film, self)
        exporter.progressed.connect(dialog.show_progress)
        exporter.finished.connect(self._finished)
        exporter.failed.connect(self._failed)
        exporter.cancelled.connect(self._cancelled)
        dialog.cancel_requested.connect(exporter.cancel)
        self._exporter = exporter
        dialog.show_running(True)
        exporter.start()

    def _look(self, director: Director) -> Look:
        session, page = self._session, self._page
        return Look(
            theme=page.theme,
            color_map=session.color_map,
            limits=director.limits(session.manual_limits),
            lift=session.lift,
            camera=page.surface.camera(),
            fill=session.fill,
            lines=session.contour_lines,
            floor=session.floor_lines,
        )

    def _finished(self, path: Path) -> None:
        self._forget()
        if self._dialog is not None:
            self._dialog.show_saved(path)

    def _failed(self, message: str, hint: str) -> None:
        self._forget()
        if self._dialog is not None:
            self._dialog.show_failure(message, hint)

    def _cancelled(self) -> None:
        self._forget()
        if self._dialog is not None:
            self._dialog.show_running(False)

    def _forget(self) -> None:
        if self._exporter is not None:
            self._exporter.deleteLater()
            self._exporter = None

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
