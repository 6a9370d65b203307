"""The thread that owns the process which draws figures, and hands its answers to the window."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from PySide6.QtCore import QObject, QThread, Signal

from landscape_gui.engine.host import end_process, exit_words
from landscape_gui.figures import workshop
from landscape_gui.figures.workshop import Answer, Export, Order, Preview, Progress, Refused

logger = logging.getLogger(__name__)
CANCELLED = "cancelled"
_LOOK_SECONDS = 0.05
_LAST_SECONDS = 2.0


class FigureMaker(QThread):
    """Draws one figure after the other; of several previews asked for only the last.

    The process begins with the first order and keeps matplotlib loaded; without one it costs
    nothing. The methods may be called from the GUI thread and return at once.

    Attributes
    ----------
    answered
        ``(Order, Answer)``; a cancelled export is Refused with the message ``CANCELLED``.
    progressed
        ``(done, total)`` pages of an animation that is being written.
    """

    answered = Signal(object, object)
    progressed = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("figures")
        self._changed = threading.Condition()
        self._preview: Preview | None = None
        self._exports: list[Export] = []
        self._cancelled = False
        self._end = False
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    # -- asked for by the GUI thread -----------------------------------------------------------

    def draw(self, order: Preview) -> None:
        """Draw a preview soon, instead of one that was asked for and is not begun."""
        with self._changed:
            self._preview = order
            self._changed.notify_all()
        self._begin()

    def write(self, order: Export) -> None:
        """Write a file, before any preview."""
        with self._changed:
            self._exports.append(order)
            self._cancelled = False
            self._changed.notify_all()
        self._begin()

    def cancel(self) -> None:
        """Give up the export that is being written."""
        with self._changed:
            self._cancelled = True

    def shut_down(self) -> None:
        """End the process and this thread, and wait for both."""
        with self._changed:
            self._end = True
            self._changed.notify_all()
        self.wait()

    def _begin(self) -> None:
        if not self.isRunning():
            self.start()

    # -- inside the thread ---------------------------------------------------------------------

    def run(self) -> None:
        """Take orders until shut down."""
        while (order := self._next()) is not None:
            try:
                answer = self._answer(order)
            except (EOFError, OSError):
                answer = self._obituary()
            except Exception as error:
                logger.exception("the thread of figures failed")
                self._end_process()
                answer = Refused(f"The figure could not be drawn: {error}", "The log says more.")
            if not self._end:
                self.answered.emit(order, answer)
        self._end_process()

    def _next(self) -> Order | None:
        with self._changed:
            self._changed.wait_for(lambda: self._end or self._exports or self._preview)
            if self._end:
                return None
            if self._exports:
                return self._exports.pop(0)
            order, self._preview = self._preview, None
            return order

    def _answer(self, order: Order) -> Answer:
        connection = self._connected()
        connection.send(order)
        while True:
            if not connection.poll(_LOOK_SECONDS):
                # What is deep in a drawing cannot be interrupted, only ended.
                if self._end or (self._cancelled and isinstance(order, Export)):
                    self._end_process()
                    return Refused(CANCELLED)
                continue
            said: Answer | Progress = connection.recv()
            if not isinstance(said, Progress):
                return said
            self.progressed.emit(said.done, said.total)
            if self._cancelled:
                self._end_process()
                return Refused(CANCELLED)

    def _connected(self) -> Connection:
        if self._connection is None or self._process is None or not self._process.is_alive():
            self._end_process()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            # daemon: the interpreter's exit must never wait for a figure.
            self._process = context.Process(
                target=workshop.main, args=(theirs,), name="landscape-figures", daemon=True
            )
            self._process.start()
            theirs.close()  # or the end of the child would not close the pipe
            self._connection = ours
        return self._connection

    def _obituary(self) -> Refused:
        code = None
        if self._process is not None:
            self._process.join(_LAST_SECONDS)
            code = self._process.exitcode
        self._end_process()
        words = f"The process that draws figures ended unexpectedly ({exit_words(code)})."
        logger.warning(words)
        return Refused(words, "Try again.")

    def _end_process(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            end_process(self._process)
            self._process.close()
        self._process = self._connection = None
