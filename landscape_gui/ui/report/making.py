"""Has a report made by a process of its own, and waits for it on a thread."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from landscape_gui.engine.host import end_process, exit_words
from landscape_gui.figures.report import separate
from landscape_gui.figures.report.basin_claim import Tolerated
from landscape_gui.figures.report.document import Report
from landscape_gui.figures.report.separate import Progressed, Unmade

logger = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 0.1
_PATIENCE_SECONDS = 2.0


class ReportMaking(QThread):
    """One report being made. ``requestInterruption`` gives it up: its process ends at once.

    Attributes
    ----------
    progressed
        ``(what is done now, share that is done)``.
    made
        The Report.
    failed
        ``(message, hint)``.
    """

    progressed = Signal(str, float)
    made = Signal(object)
    failed = Signal(str, str)

    def __init__(
        self, files: Sequence[Path], tolerated: Tolerated, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._files, self._tolerated = list(files), tolerated

    def run(self) -> None:
        """Start the process, pass on what it says, and see it end."""
        try:
            answer = self._answer()
        except OSError as error:
            logger.exception("starting the report's process")
            answer = Unmade(
                f"The program that makes the report could not be started: {error.strerror}.",
                "Close other programs, then make it anew.",
            )
        if isinstance(answer, Unmade):
            if answer.detail:
                logger.error("%s\n%s", answer.message, answer.detail)
            self.failed.emit(answer.message, answer.hint)
        elif answer is not None:
            self.made.emit(answer)

    def _answer(self) -> Report | Unmade | None:
        """What came of it; None if it was given up."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=separate.main,
            args=(theirs, self._files, self._tolerated),
            name="landscape-report",
            daemon=True,
        )
        with ours:
            try:
                process.start()
            finally:
                theirs.close()  # or the end of the process would not close the pipe
            try:
                return self._listen(ours, process)
            finally:
                _end(process)

    def _listen(self, pipe: Connection, process: SpawnProcess) -> Report | Unmade | None:
        while not self.isInterruptionRequested():
            if not pipe.poll(_LOOK_AGAIN_SECONDS):
                continue
            try:
                said = pipe.recv()
            except (EOFError, OSError):
                process.join(_PATIENCE_SECONDS)
                words = exit_words(process.exitcode)
                return Unmade(
                    f"The program that makes the report ended unexpectedly ({words}).",
                    "Make it anew, or choose fewer files.",
                )
            if not isinstance(said, Progressed):
                return said
            self.progressed.emit(said.words, said.share)
        return None


def _end(process: SpawnProcess) -> None:
    if process.pid is None:
        return
    # What it had to say is said, or nobody wants to hear it.
    end_process(process)
    process.close()
