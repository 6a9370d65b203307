"""A view that turns by itself, and rests while someone has a hand on it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_DEGREES_PER_SECOND = 14.0
_MILLISECONDS = 33
_PAUSE_SECONDS = 2.5


class AutoTurn(QObject):
    """Calls ``turn`` with degrees, evenly in time whatever a picture costs."""

    def __init__(self, turn: Callable[[float], None], parent: QObject) -> None:
        super().__init__(parent)
        self._turn = turn
        self._timer = QTimer(self)
        self._timer.setInterval(_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._last = self._resume = 0.0

    @property
    def on(self) -> bool:
        """Whether it turns, but for a pause."""
        return self._timer.isActive()

    def set_on(self, on: bool) -> None:
        """Begin or end."""
        if on and not self.on:
            self._last, self._resume = time.monotonic(), 0.0
            self._timer.start()
        elif not on:
            self._timer.stop()

    def pause(self) -> None:
        """Someone moves the view: wait until the hand has been off it for a while."""
        self._resume = time.monotonic() + _PAUSE_SECONDS

    def _tick(self) -> None:
        now = time.monotonic()
        # After a pause or a stall it goes on from where it was, without a leap.
        passed = min(now - self._last, 3 * _MILLISECONDS / 1000)
        self._last = now
        if now >= self._resume:
            self._turn(_DEGREES_PER_SECOND * passed)
