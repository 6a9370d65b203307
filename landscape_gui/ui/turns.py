"""Pictures painted a part per turn of the event loop, so that input never waits for a whole one.

A thread of its own would not help: painting is Python and Qt calls in turns, so the window's thread
would wait for the interpreter's lock, and for the other thread's slice of the processor, instead.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer

T = TypeVar("T")
Parts = Generator[None, None, T]
"""Work that stops where it may be interrupted, and returns what it made."""

# Small parts share a turn for so long.
_TURN_SECONDS = 0.003
# Work that was begun anew so often without an end is then done in one go: what changes faster than
# it can be painted is still to be seen.
_MOST_RESTARTS = 3


class Turns(QObject):
    """Does one part of one owner's work per turn; owners take turns."""

    def __init__(self) -> None:
        super().__init__()
        self._work: dict[QObject, Parts[Any]] = {}
        self._begun: set[QObject] = set()
        self._restarts: dict[QObject, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def begin(self, owner: QObject, work: Parts[Any]) -> None:
        """Do ``work`` from the next turn on, in place of what the owner has not finished."""
        restarts = self._restarts.get(owner, 0) + (owner in self._begun)
        self.cancel(owner)
        if restarts >= _MOST_RESTARTS:
            finish(work)
            return
        self._restarts[owner] = restarts
        self._work[owner] = work
        self._timer.start()

    def cancel(self, owner: QObject) -> None:
        """Leave the owner's work undone."""
        work = self._work.pop(owner, None)
        self._begun.discard(owner)
        self._restarts.pop(owner, None)
        if work is not None:
            work.close()

    def busy(self, owner: QObject) -> bool:
        """Whether the owner's work is not finished."""
        return owner in self._work

    def finish(self, owner: QObject) -> None:
        """Do what is left of the owner's work now."""
        work = self._work.pop(owner, None)
        self.cancel(owner)
        if work is not None:
            finish(work)

    def _turn(self) -> None:
        end = time.perf_counter() + _TURN_SECONDS
        while self._work:
            owner, work = next(iter(self._work.items()))
            # A widget that is gone can paint nothing.
            if not shiboken6.isValid(owner) or not self._step(owner, work):
                self.cancel(owner)
            if time.perf_counter() >= end:
                break
        if not self._work:
            self._timer.stop()

    def _step(self, owner: QObject, work: Parts[Any]) -> bool:
        self._begun.add(owner)
        try:
            next(work)
        except StopIteration:
            return False
        except BaseException:
            self.cancel(owner)
            raise
        # The next turn is another owner's.
        if self._work.get(owner) is work:
            self._work[owner] = self._work.pop(owner)
        return True


def finish(work: Parts[T]) -> T:
    """Do all parts now.

    Returns
    -------
    T
        What the work made.
    """
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


_turns: Turns | None = None


def turns() -> Turns:
    """The turns of this process: one part in each, whoever's it is."""
    global _turns
    if _turns is None:
        _turns = Turns()
    return _turns
