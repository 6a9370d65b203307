"""Writes into the log what jobs and the message bar say."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject

from landscape_gui.engine.events import Done, Event, Failed, FileReady, Notice, RunReady, Stage
from landscape_gui.ui.job_control import JobControl
from landscape_gui.ui.session import Session

logger = logging.getLogger("landscape_gui.engine")
window_logger = logging.getLogger("landscape_gui.window")


class JobLog(QObject):
    """One line for each thing worth knowing afterwards; points are not."""

    def __init__(self, jobs: JobControl, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = ""
        jobs.events.connect(self._take)
        session.problem.connect(self._problem)

    def _take(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case Stage(text=text):
                    # A stage comes again with every share that is done of it.
                    if text != self._stage:
                        self._stage = text
                        logger.info("%s", text)
                case Notice(text=text):
                    logger.info("%s", text)
                case FileReady(target=target, done=done, total=total):
                    logger.info(
                        "Measuring %s %s in %s: %d of %d points are there",
                        target.kind,
                        target.name,
                        target.file,
                        done,
                        total,
                    )
                case RunReady(run=run):
                    logger.info("The run %s is ready", run)
                case Done(status=status, file=file):
                    logger.info("The job is %s%s", status, f": {file}" if file else "")
                case Failed() if not event.detail:  # with details the job control has logged it
                    logger.error("%s", f"{event.message} {event.hint}".strip())

    def _problem(self, message: str, hint: str) -> None:
        window_logger.warning("%s", f"{message} {hint}".strip())
