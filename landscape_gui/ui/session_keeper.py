"""Keeps what is open and how it is shown from one start of the window to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from landscape_gui.ui.menus import Menus
from landscape_gui.ui.saved_session import SavedSession, load_session, save_session
from landscape_gui.ui.session import Session
from landscape_gui.ui.view_facets import Facet, read_state, state_from_json, state_to_json

SAVE_MILLISECONDS = 1500


class SessionKeeper(QObject):
    """Saves the session when files come and go and at the end; restores it when asked to.

    Attributes
    ----------
    restored
        The files of last time are open again, and shown as they were.
    """

    restored = Signal()

    def __init__(
        self, session: Session, facets: tuple[Facet, ...], menus: Menus, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._facets = session, facets
        self._wanted: SavedSession | None = None
        self._keeps = True
        self._last_time = load_session()
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MILLISECONDS)
        self._timer.timeout.connect(self.save)
        session.landscapes_changed.connect(self._timer.start)
        session.loading_changed.connect(self._finish)
        self.action = menus.add(
            menus.file, "Open files of &last time", self.restore, "Ctrl+Shift+O", "history"
        )
        self.action.setEnabled(bool(self._last_time and self._last_time.files))

    def stop(self) -> None:
        """Keep nothing of this window."""
        self._keeps = False

    def save(self) -> None:
        """Keep what is open now."""
        self._timer.stop()
        if not self._keeps or self._wanted is not None:
            return  # half restored: what is on disk is more than what is open
        view = state_to_json(self._facets, read_state(self._facets))
        save_session(SavedSession(tuple(self._session.landscapes), view))

    def restore(self) -> None:
        """Open the files of last time; those that are gone are named, the others open."""
        saved = self._last_time
        if saved is None or not saved.files:
            return
        self.action.setEnabled(False)
        here = [path for path in saved.files if path.is_file()]
        gone = [path for path in saved.files if path not in here]
        if gone:
            names = ", ".join(path.name for path in gone)
            self._session.problem.emit(
                f"Not there any more: {names}",
                "The other files of last time are open. Moved files can be dropped here.",
            )
        if here:
            self._wanted = saved
            for path in here:
                self._session.open_file(path)

    def _finish(self) -> None:
        """Once all files are read, show them as they were."""
        if self._wanted is None or self._session.loading:
            return
        # Not within the signal: the session is still about to select what it has read.
        QTimer.singleShot(0, self._show_as_before)

    def _show_as_before(self) -> None:
        saved, self._wanted = self._wanted, None
        if saved is None or not self._session.landscapes:
            return
        state = state_from_json(self._facets, saved.view)
        for facet in self._facets:
            if facet.key in state and facet.fits(state[facet.key]):
                facet.write(state[facet.key])
        self.restored.emit()
