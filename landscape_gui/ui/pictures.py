"""Pictures of the views and of the window: to a file or to the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from landscape_gui.store.places import landscape_stem
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.surface3d.view import Surface3DView


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to take a picture of.

    Attributes
    ----------
    what
        Its name in file names and menus, e.g. ``surface``.
    image
        Takes the picture; None while there is nothing to see.
    copy_keys, save_keys
        Shortcuts; empty for none. What cannot be saved by itself has no ``save_keys``.
    """

    what: str
    image: Callable[[], QImage | None]
    copy_keys: str
    save_keys: str = ""


class Pictures(QObject):
    """Adds "Save picture" and "Copy picture" of each subject to the menus."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        menus: Menus,
        subjects: tuple[Subject, ...],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._settings, self._window = session, settings, window
        self.save_actions = [
            menus.add(
                menus.file,
                f"Save picture of the {subject.what}…",
                lambda s=subject: self.save(s),
                subject.save_keys,
                "camera",
            )
            for subject in subjects
            if subject.save_keys
        ]
        menus.edit.addSeparator()
        self.copy_actions = [
            menus.add(
                menus.edit,
                f"Copy picture of the {subject.what}",
                lambda s=subject: self.copy(s),
                subject.copy_keys,
                "copy",
            )
            for subject in subjects
        ]
        menus.needs_landscape += [*self.save_actions, *self.copy_actions[:-1]]

    def copy(self, subject: Subject) -> None:
        """Put a picture on the clipboard."""
        image = self._take(subject)
        if image is not None:
            QGuiApplication.clipboard().setImage(image)

    def save(self, subject: Subject) -> None:
        """Ask for a file and save a picture there."""
        image = self._take(subject)
        if image is None:
            return
        model, metric = self._session.model, self._session.metric
        stem = landscape_stem(model.path) if model else "view"
        suggestion = self._settings.folder / f"{stem}-{subject.what}-{metric}.png"
        name, _ = QFileDialog.getSaveFileName(
            self._window, f"Save picture of the {subject.what}", str(suggestion), "Pictures (*.png)"
        )
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(f"{name}.png")
        self._settings.folder = path.parent
        if not image.save(str(path)):
            self._session.problem.emit(
                f"The picture could not be saved as {path}.",
                "Choose a directory that you may write to.",
            )

    def _take(self, subject: Subject) -> QImage | None:
        image = subject.image()
        if image is None or image.isNull():
            self._session.problem.emit(
                f"There are no {subject.what} to take a picture of here."
                if subject.what.endswith("s")
                else f"There is no {subject.what} to take a picture of here.",
                "Select a surface or a curve in the list of landscapes first.",
            )
            return None
        return image


def window_picture(window: QWidget) -> QImage:
    """The whole window, with its 3D scenes at their best, whatever was drawn in haste."""
    picture = window.grab()
    painter = QPainter(picture)
    for view in window.findChildren(Surface3DView):
        if isinstance(view, Surface3DView) and view.isVisibleTo(window):
            corner = view.mapTo(window, QPoint(0, 0))
            painter.drawImage(QRectF(corner, view.size().toSizeF()), view.grab_image())
    painter.end()
    return picture.toImage()
