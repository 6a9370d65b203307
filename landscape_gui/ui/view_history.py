"""Undo and redo of how things are shown; measurements are never undone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand, QUndoStack

from landscape_gui.ui.menus import Menus
from landscape_gui.ui.session import Session
from landscape_gui.ui.view_facets import Facet, State, read_state

MOST_STEPS = 200
PAUSE_MILLISECONDS = 600


class _Change(QUndoCommand):
    """From one state of some facets to another."""

    def __init__(self, history: ViewHistory, before: State, after: State, words: str) -> None:
        super().__init__(words)
        self._history, self._before, self._after = history, before, after
        self._begun = False

    def undo(self) -> None:
        if not self._history.put_back(self._before):
            self.setObsolete(True)

    def redo(self) -> None:
        # QUndoStack calls it when the change, which the user has made already, is pushed.
        if self._begun and not self._history.put_back(self._after):
            self.setObsolete(True)
        self._begun = True


class ViewHistory(QObject):
    """Watches the session and the camera, and keeps each change of the user's as one step.

    What changes in one go (another surface, and with it the metric) is one step; what is dragged
    (camera, colour limits) is one step once it rests.
    """

    def __init__(
        self, session: Session, facets: tuple[Facet, ...], menus: Menus, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._facets = facets
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(MOST_STEPS)
        self._applying = False
        self._session = session
        self._open: frozenset[Path] = frozenset(session.landscapes)
        self._state = read_state(facets)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._settle_choices)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MILLISECONDS)
        self._later.timeout.connect(self.settle)
        session.selection_changed.connect(self.look)
        session.view_changed.connect(self.look)
        session.rollback_changed.connect(self.look)
        session.landscapes_changed.connect(self._follow_files)
        self.undo_action = menus.add(menus.edit, "&Undo", self.undo, "Ctrl+Z", "undo")
        self.redo_action = menus.add(menus.edit, "&Redo", self.redo, "Ctrl+Shift+Z", "redo")
        for changed in (self._stack.indexChanged, self._stack.cleanChanged):
            changed.connect(self._show)
        self._show()

    @property
    def steps(self) -> int:
        """Changes that are kept."""
        return self._stack.count()

    # -- watching ------------------------------------------------------------------------------

    def look(self) -> None:
        """Something may have changed; which step it becomes is decided when it rests."""
        if not self._applying:
            self._soon.start()
            self._later.start()

    def settle(self) -> None:
        """Make steps of everything that has changed."""
        self._later.stop()
        self._push([facet for facet in self._facets if facet.continuous])
        self._settle_choices()

    def forget(self) -> None:
        """Begin anew from what is shown now."""
        self._soon.stop()
        self._later.stop()
        self._stack.clear()
        self._state = read_state(self._facets)

    def _follow_files(self) -> None:
        """What closing a file changes is no step: there is no way back to it."""
        before, self._open = self._open, frozenset(self._session.landscapes)
        if before - self._open:
            self._soon.stop()
            self._state = read_state(self._facets)

    def _settle_choices(self) -> None:
        self._soon.stop()
        chosen = [facet for facet in self._facets if not facet.continuous]
        if any(facet.read() != self._state[facet.key] for facet in chosen):
            # With another surface the map may be seen whole again: one step, not two.
            chosen = list(self._facets)
        self._push(chosen)

    def _push(self, facets: list[Facet]) -> None:
        changed = [facet for facet in facets if facet.read() != self._state[facet.key]]
        if not changed:
            return
        before = {facet.key: self._state[facet.key] for facet in changed}
        after = {facet.key: facet.read() for facet in changed}
        self._state |= after
        # There is no way back to the empty window either.
        if before.get("selection", self) is not None:
            self._stack.push(_Change(self, before, after, changed[0].words))
            self._show()

    # -- going back and forth ------------------------------------------------------------------

    def undo(self) -> None:
        """Take back the last change."""
        self.settle()
        while self._stack.canUndo():
            before = read_state(self._facets)
            self._stack.undo()
            if read_state(self._facets) != before:
                break  # else it was about a file that is closed: take the one before
        self._show()

    def redo(self) -> None:
        """Make the last change that was taken back once more."""
        self.settle()
        while self._stack.canRedo():
            before = read_state(self._facets)
            self._stack.redo()
            if read_state(self._facets) != before:
                break
        self._show()

    def put_back(self, state: State) -> bool:
        """Give some facets these values; False if none of it can be, e.g. as its file is closed."""
        possible = [f for f in self._facets if f.key in state and f.fits(state[f.key])]
        self._applying = True
        try:
            for facet in possible:
                facet.write(state[facet.key])
        finally:
            self._applying = False
        self._state = read_state(self._facets) | {f.key: state[f.key] for f in possible}
        return bool(possible)

    def _show(self) -> None:
        for action, can, word, text in (
            (self.undo_action, self._stack.canUndo(), "&Undo", self._stack.undoText()),
            (self.redo_action, self._stack.canRedo(), "&Redo", self._stack.redoText()),
        ):
            action.setEnabled(can)
            action.setText(f"{word} {text}".strip())
