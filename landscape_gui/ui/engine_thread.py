"""The thread that owns the engine process and turns its messages into one Qt signal."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path

from PySide6.QtCore import QObject, QSemaphore, QThread, QTimer, Signal

from landscape_gui.engine.events import Event, Failed
from landscape_gui.engine.host import EngineDiedError, EngineProcess
from landscape_gui.engine.protocol import Described
from landscape_gui.specs import JobSpec, TaskSpec

logger = logging.getLogger(__name__)
# Events in one emission: taking them must not hold up a window that someone is using.
_AT_ONCE = 250
_LONGEST_WAIT_MS = 100


class EngineThread(QThread):
    """Runs beside the GUI thread and never touches a widget.

    The methods may be called from the GUI thread; they return at once and are obeyed in order.
    Connect the signals only to methods of QObjects that live in the GUI thread.

    Attributes
    ----------
    events
        ``list[Event]``: what the running job said, in order. Every job ends with Done or Failed,
        also when the process was killed.
    described
        ``(request number, RunDescription | Failed)``.
    """

    events = Signal(list)
    described = Signal(int, object)

    def __init__(self, engine: EngineProcess | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("engine")
        self._engine = engine or EngineProcess()
        self._commands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # The process is waited for together with commands: no polling, no latency.
        self._wake_in, self._wake_out = multiprocessing.Pipe(duplex=False)
        self._room = QSemaphore(1)
        self.events.connect(self._taken)
        self._requests = 0
        self._open_requests: set[int] = set()

    @property
    def pid(self) -> int | None:
        """Process id of the engine, None while it does not run."""
        return self._engine.pid

    # -- asked for by the GUI thread -----------------------------------------------------------

    def start_job(self, spec: JobSpec, out: Path | None) -> None:
        """Run a job; only one at a time."""
        self._post(lambda: self._engine.start(spec, out))

    def pause(self) -> None:
        """Hold the job before its next point."""
        self._post(self._engine.pause)

    def resume(self) -> None:
        """Let a paused job go on."""
        self._post(self._engine.resume)

    def cancel(self) -> None:
        """End the job; it answers with Done("cancelled")."""
        self._post(self._engine.cancel)

    def renew(self) -> None:
        """End the process if it is idle, so that the next job starts one with new settings."""
        if self.isRunning():
            self._post(lambda: None if self._engine.busy else self._end_process())

    def _end_process(self) -> None:
        self._engine.stop()

    def describe_run(
        self, path: Path, base: Path | None = None, task: TaskSpec | None = None
    ) -> int:
        """Ask what a run directory holds; ``described`` answers with the returned number."""
        self._requests += 1
        number = self._requests

        def ask() -> None:
            self._open_requests.add(number)
            self._engine.describe_run(path, base, task)

        self._post(ask)
        return number

    def shut_down(self) -> None:
        """End the engine and this thread, and wait for both."""
        if self.isRunning():
            self._commands.put(None)
            self._wake_out.send_bytes(b"x")
            self.wait()

    def _post(self, command: Callable[[], None]) -> None:
        self._commands.put(command)
        self._wake_out.send_bytes(b"x")
        if not self.isRunning():
            self.start()

    # -- inside the thread ---------------------------------------------------------------------

    def run(self) -> None:
        """Obey and listen until shut down."""
        while True:
            sources: list[Connection] = [self._wake_in]
            if self._engine.connection is not None:
                sources.append(self._engine.connection)
            ready = wait(sources)
            try:
                if self._wake_in in ready:
                    self._wake_in.recv_bytes()
                    command = self._commands.get_nowait()
                    if command is None:
                        break
                    command()
                if self._engine.connection in ready:
                    self._forward()
            except EngineDiedError as death:
                self._report(death)
            except Exception as error:
                logger.exception("the engine thread failed")
                # A job that is running goes on; one that could not be started has to end.
                first, *_ = str(error).strip().splitlines() or [type(error).__name__]
                failed = Failed(
                    f"The engine could not be used: {first}",
                    detail="".join(traceback.format_exception(error)),
                )
                self._fail(failed, job_lost=not self._engine.busy)
        stopped = self._engine.stop()
        logger.info("engine %s to end. %s", stopped.how, stopped.kept)

    def _forward(self) -> None:
        events: list[Event] = []
        for message in self._engine.recv():
            if isinstance(message, Described):
                self._open_requests.discard(message.request)
                self.described.emit(message.request, message.answer)
            else:
                events.append(message)
        for start in range(0, len(events), _AT_ONCE):
            # The window takes one handful after the other, and what else waits in between.
            self._room.tryAcquire(1, _LONGEST_WAIT_MS)
            self.events.emit(events[start : start + _AT_ONCE])

    def _taken(self) -> None:
        QTimer.singleShot(0, self, lambda: self._room.release())

    def _report(self, death: EngineDiedError) -> None:
        kept = self._engine.kept()
        words = str(death)
        failed = Failed(
            words[0].upper() + words[1:] + ".",
            f"{kept} Press Continue to go on.".strip(),
        )
        logger.warning("%s %s", failed.message, failed.hint)
        self._fail(failed, job_lost=death.was_busy)

    def _fail(self, failed: Failed, job_lost: bool) -> None:
        """Answer everyone who waits: a dialog that is never answered would wait for ever."""
        for number in sorted(self._open_requests):
            self.described.emit(number, failed)
        self._open_requests.clear()
        if job_lost:
            self.events.emit([failed])
