"""Has every combination of rolled-back groups measured that the user chooses: never a guess."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from landscape_gui.engine.events import Measurement
from landscape_gui.specs import RollbackSpec
from landscape_gui.ui.job_control import Job, JobControl
from landscape_gui.ui.scene_building import rolled_back
from landscape_gui.ui.session import Session
from landscape_gui.ui.spec_building import rollback_spec

RollbackState: TypeAlias = Literal["measured", "measuring", "waiting", "unknown"]


class RollbackControl(QObject):
    """Asks the engine for what is not measured yet.

    Attributes
    ----------
    changed
        ``state`` or ``measurement`` may have changed.
    """

    changed = Signal()

    def __init__(self, session: Session, jobs: JobControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._asked: dict[tuple[Path, frozenset[str]], Job] = {}
        session.rollback_changed.connect(self._look)
        session.selection_changed.connect(self.changed)
        jobs.changed.connect(self.changed)
        jobs.ended.connect(self._ended)

    @property
    def measurement(self) -> Measurement | None:
        """Metrics of the chosen combination, None until measured."""
        model = self._session.model
        return rolled_back(model, self._session.rollback) if model is not None else None

    @property
    def state(self) -> RollbackState:
        """Whether the chosen combination is measured, being measured, waiting, or unknown."""
        if self.measurement is not None:
            return "measured"
        job = self._asked.get(self._key()) if self._session.model is not None else None
        if job is None:
            return "unknown"
        if job.active:
            return "measuring"
        return "waiting" if job.status == "queued" else "unknown"

    def measure(self) -> None:
        """Ask for the chosen combination."""
        model = self._session.model
        if model is None or self.state != "unknown":
            return
        self._drop_obsolete()
        spec = rollback_spec(model, self._session.rollback)
        self._asked[self._key()] = self._jobs.start(spec, model.path)
        self.changed.emit()

    # -- inside --------------------------------------------------------------------------------

    def _key(self) -> tuple[Path, frozenset[str]]:
        assert self._session.model is not None
        return self._session.model.path, self._session.rollback

    def _look(self) -> None:
        # A combination that failed before is asked for again only by the user's wish.
        chosen = self._session.rollback and self._session.model is not None
        if chosen and self._key() not in self._asked:
            self.measure()
        self.changed.emit()

    def _drop_obsolete(self) -> None:
        """Combinations that were toggled through and not begun need not be measured."""
        for key, job in list(self._asked.items()):
            if job.status == "queued" and isinstance(job.spec, RollbackSpec):
                self._jobs.drop(job)
                del self._asked[key]

    def _ended(self, job: Job) -> None:
        for key, asked in list(self._asked.items()):
            if asked is job and job.status == "complete":
                del self._asked[key]
        self.changed.emit()
