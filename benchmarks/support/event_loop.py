"""How late the event loop of the window is, and the window itself, for the benchmarks."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

# Qt, numpy and the window are imported where they are used: the engine process imports the main
# program again (multiprocessing's spawn), and must be as it is under the real program.
if TYPE_CHECKING:
    from landscape_gui.engine.host import EngineProcess
    from landscape_gui.ui.application import Window

PERIOD_MS = 10
WAIT_SECONDS = 60.0


class BenchmarkError(RuntimeError):
    """What was to be measured did not happen."""


def machine() -> str:
    """The machine in words."""
    from landscape_gui.ui.surface3d.probe import opengl_available

    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count()
    return f"{cores} cores, {platform.system()} {platform.machine()}, {opengl_available()[1]}"


class Ticker:
    """A precise timer in the event loop that notes when it was served.

    Attributes
    ----------
    times, lateness
        Of every tick: when it came (``time.perf_counter``), and by how many milliseconds more
        than the period it came after the one before.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        self.times: list[float] = []
        self.lateness: list[float] = []
        self._last = time.perf_counter()
        self._loop = QEventLoop()
        self._enough: Callable[[], bool] = lambda: False
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def wait(self, enough: Callable[[], bool], seconds: float, what: str) -> None:
        """Run the event loop until a tick finds that it is enough.

        Raises
        ------
        BenchmarkError
            If it was not after ``seconds``.
        """
        end = time.perf_counter() + seconds
        late = False

        def check() -> bool:
            nonlocal late
            done = enough()
            late = not done and time.perf_counter() > end
            return done or late

        self._enough = check
        self._loop.exec()
        self._enough = lambda: False
        if late:
            raise BenchmarkError(f"{what} took longer than {seconds:g} s")

    def run(self, seconds: float) -> None:
        """Run the event loop for a time."""
        end = time.perf_counter() + seconds
        self.wait(lambda: time.perf_counter() >= end, seconds + WAIT_SECONDS, "the event loop")

    def between(self, begin: float, end: float) -> list[float]:
        """Lateness of the ticks that came after ``begin``, up to ``end``."""
        pairs = zip(self.times, self.lateness, strict=True)
        return [late for moment, late in pairs if begin < moment <= end]

    def stop(self) -> None:
        """End the timer."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.times.append(now)
        self.lateness.append(1000 * (now - self._last) - PERIOD_MS)
        self._last = now
        if self._enough():
            self._loop.quit()


def summary(lateness: Sequence[float]) -> dict[str, float]:
    """99th percentile and maximum over all ticks, in ms."""
    import numpy as np

    return {
        "p99_ms": round(float(np.percentile(lateness, 99)), 2),
        "max_ms": round(max(lateness), 2),
    }


@contextmanager
def open_window(engine: EngineProcess | None = None) -> Iterator[tuple[Window, Ticker]]:
    """The real main window with settings of its own, shown, and a ticker in its event loop.

    Raises
    ------
    BenchmarkError
        At the end, if an exception occurred in a slot meanwhile.
    """
    from PySide6.QtCore import QSettings
    from support.isolation import use_own_settings

    from landscape_gui.ui.application import Window, make_application

    use_own_settings()
    app = make_application()
    errors: list[str] = []
    # PySide hands exceptions in slots to this hook and goes on.
    sys.excepthook = lambda *error: errors.append("".join(traceback.format_exception(*error)))
    window = Window(app, engine)
    ticker = Ticker()
    try:
        window.main.show()
        yield window, ticker
    finally:
        ticker.stop()
        window.engine.shut_down()
        window.session.wait_for_files()
        window.main.close()
        QSettings().sync()  # or it would write at exit, when its directory is gone
        sys.excepthook = sys.__excepthook__
    if errors:
        raise BenchmarkError("the window failed meanwhile:\n" + "\n".join(errors))
