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


class Turns(QObject):
    """Does one part of one owner's work per turn; owners take turns."""

    def __init__(self) -> None:
        super().__init__()
        self._work: dict[QObject, Parts[Any]] = {}
        self._next: dict[QObject, Parts[Any]] = {}
        self._begun: set[QObject] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def begin(self, owner: QObject, work: Parts[Any]) -> None:
        """Do ``work`` from the next turn on, or after what the owner has begun.

        Of what waits for that only the last is done: what changes faster than it can be painted
        is still to be seen, and nothing is painted that is out of date.
        """
        (self._next if owner in self._begun else self._work)[owner] = work
        self._timer.start()

    def cancel(self, owner: QObject) -> None:
        """Leave the owner's work undone."""
        self._next.pop(owner, None)
        self._begun.discard(owner)
        work = self._work.pop(owner, None)
        if work is not None:
            work.close()

    def finish(self, owner: QObject) -> None:
        """Do what is left of the owner's work now."""
        left = [work for work in (self._work.pop(owner, None), self._next.pop(owner, None)) if work]
        self._begun.discard(owner)
        for work in left:
            finish(work)

    def _turn(self) -> None:
        end = time.perf_counter() + _TURN_SECONDS
        while self._work:
            self._do_part(*next(iter(self._work.items())))
            if time.perf_counter() >= end:
                break
        if not self._work:
            self._timer.stop()

    def _do_part(self, owner: QObject, work: Parts[Any]) -> None:
        if not shiboken6.isValid(owner):
            self.cancel(owner)  # a widget that is gone can paint nothing
            return
        self._begun.add(owner)
        try:
            next(work)
        except StopIteration:
            self._end(owner, work)
        except BaseException:
            self._end(owner, work)
            raise
        else:
            # Unless it was cancelled by what it did: the next turn is another owner's.
            if self._work.get(owner) is work:
                self._work[owner] = self._work.pop(owner)

    def _end(self, owner: QObject, work: Parts[Any]) -> None:
        if self._work.get(owner) is not work:
            return
        del self._work[owner]
        self._begun.discard(owner)
        following = self._next.pop(owner, None)
        if following is not None:
            self._work[owner] = following


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
