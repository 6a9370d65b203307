"""Remembers the layer groups that the user made, until a file holds them itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings


class OwnGroups(QObject):
    """Offers the groups made for a file when it is opened again.

    The window never writes a landscape file: the engine puts a group there when it measures one.
    """

    def __init__(self, session: Session, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        session.file_opened.connect(self._offer)
        session.own_groups_changed.connect(self._keep)

    def _offer(self, path: Path) -> None:
        groups = self._settings.own_groups(path)
        if groups:
            self._session.add_groups(path, groups)

    def _keep(self, path: Path) -> None:
        self._settings.set_own_groups(path, self._session.own_groups(path))
