"""The clock of an animation: a position from 0 to 1 that runs, stops and starts again."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

TICK_MILLISECONDS = 33
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


class Player(QObject):
    """Runs a position; what is drawn at it is the others' business.

    Signals
    -------
    moved
        The position changed, by the clock or by hand.
    state_changed
        Playing, speed or loop changed.
    """

    moved = Signal(float)
    state_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._position = 0.0
        self._speed = 1.0
        self._loop = False
        self._seconds = 6.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def position(self) -> float:
        """Where the animation is, 0 to 1."""
        return self._position

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def seconds(self) -> float:
        """How long it takes from 0 to 1 at the speed 1."""
        return self._seconds

    @seconds.setter
    def seconds(self, value: float) -> None:
        self._seconds = max(value, 0.1)

    @property
    def speed(self) -> float:
        """Factor on the duration."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        if value != self._speed:
            self._speed = value
            self.state_changed.emit()

    @property
    def loop(self) -> bool:
        """Whether it begins again at its end."""
        return self._loop

    @loop.setter
    def loop(self, value: bool) -> None:
        if value != self._loop:
            self._loop = value
            self.state_changed.emit()

    def play(self) -> None:
        """Run on; from the start if it stands at the end."""
        if self._position >= 1.0:
            self.seek(0.0)
        if not self.playing:
            self._last = time.monotonic()
            self._timer.start()
            self.state_changed.emit()

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._timer.stop()
            self.state_changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, position: float) -> None:
        """Go to a position; a clock that runs goes on from there."""
        position = min(max(position, 0.0), 1.0)
        if position != self._position:
            self._position = position
            self.moved.emit(position)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        position = self._position + seconds * self._speed / self._seconds
        if position < 1.0:
            self.seek(position)
        elif self._loop:
            self.seek(position % 1.0)
        else:
            self.seek(1.0)
            self.pause()

    def _tick(self) -> None:
        now = time.monotonic()
        # After a stall the animation goes on, it does not jump.
        passed = min(now - self._last, 0.25)
        self._last = now
        self.advance(passed)
