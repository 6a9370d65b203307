"""Responsiveness of the window while the engine computes: lateness of a 10 ms timer."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Qt, numpy and the window are imported where they are used: the engine process imports this file
# again (multiprocessing's spawn), and must be as it is under the real program.
if TYPE_CHECKING:
    from landscape_gui.ui.application import Window

PROJECT = Path(__file__).resolve().parents[1]
PERIOD_MS = 10
SECONDS, QUICK_SECONDS = 20.0, 5.0
STARTS, QUICK_STARTS = 3, 1
SETTLE_SECONDS = 1.0
WAIT_SECONDS = 60.0
TRAINING_SECONDS = 600.0


class BenchmarkError(RuntimeError):
    """What was to be measured did not happen."""


def machine() -> str:
    """The machine in words."""
    from landscape_gui.ui.surface3d.probe import opengl_available

    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count()
    return f"{cores} cores, {platform.system()} {platform.machine()}, {opengl_available()[1]}"


# -- lateness ----------------------------------------------------------------------------------


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


# -- the window --------------------------------------------------------------------------------


class Arrivals:
    """Points of a surface as they come to the window, and what the window draws.

    ``redraws`` counts pictures of new data, ``frames`` whatever put the 3D view on the screen anew,
    also a progress bar beside it.
    """

    def __init__(self, window: Window) -> None:
        self.first: float | None = None
        self.points = self.redraws = self.frames = 0
        self.complete = False
        window.jobs.events.connect(self._receive)
        window.session.data_changed.connect(self._redraw)
        window.main.surface_page.surface.painted.connect(self._paint)

    def _receive(self, events: Sequence[object]) -> None:
        from landscape_gui.engine.events import PointMeasured

        points = [event for event in events if isinstance(event, PointMeasured)]
        if points:
            self.points += len(points)
            self.complete = self.complete or points[-1].done == points[-1].total
            if self.first is None:
                self.first = time.perf_counter()

    def _redraw(self) -> None:
        self.redraws += 1

    def _paint(self) -> None:
        self.frames += 1


def measure_lateness(home: Path, seconds: float, points: int) -> dict[str, Any]:
    """Open the window, show a surface, run a job; what is said of it, without the first paint."""
    from PySide6.QtCore import QSettings
    from support.isolation import use_own_settings

    from landscape_gui.ui.application import Window, make_application

    use_own_settings()
    app = make_application()
    errors: list[str] = []
    # PySide hands exceptions in slots to this hook and goes on.
    sys.excepthook = lambda *error: errors.append("".join(traceback.format_exception(*error)))
    window = Window(app)
    ticker = Ticker()
    try:
        window.main.show()
        result = _measure_idle(window, ticker, home, seconds)
        result |= _measure_busy(window, ticker, home, seconds, points)
        _cancel(window, ticker)
    finally:
        ticker.stop()
        window.engine.shut_down()
        window.session.wait_for_files()
        window.main.close()
        QSettings().sync()  # or it would write at exit, when its directory is gone
        sys.excepthook = sys.__excepthook__
    if errors:
        raise BenchmarkError("the window failed meanwhile:\n" + "\n".join(errors))
    return result


def _measure_idle(
    window: Window, ticker: Ticker, home: Path, seconds: float
) -> dict[str, dict[str, float]]:
    from support.formula_landscape import write_landscape

    file = home / "formula.landscape.h5"
    write_landscape(file, 41)
    arrivals = Arrivals(window)
    window.session.open_file(file)
    ticker.wait(
        lambda: window.session.plot is not None and arrivals.frames > 0,
        WAIT_SECONDS,
        "drawing a surface",
    )
    ticker.run(SETTLE_SECONDS)
    begin = time.perf_counter()
    ticker.run(seconds)
    return {"idle": summary(ticker.between(begin, ticker.times[-1]))}


def _measure_busy(
    window: Window, ticker: Ticker, home: Path, seconds: float, points: int
) -> dict[str, Any]:
    from landscape_gui.specs import DemoSpec

    arrivals = Arrivals(window)
    begin = time.perf_counter()
    job = window.jobs.start(DemoSpec(out=home / "demo", points=points), None)

    ticker.wait(
        lambda: arrivals.first is not None or not job.active, TRAINING_SECONDS, "the training"
    )
    if arrivals.first is None:
        raise BenchmarkError("no point was measured: " + " ".join(job.messages))
    first = arrivals.first
    before = arrivals.points, arrivals.redraws, arrivals.frames
    ticker.wait(
        lambda: time.perf_counter() >= first + seconds or arrivals.complete or not job.active,
        seconds + WAIT_SECONDS,
        "measuring",
    )
    end = ticker.times[-1]
    if job.status == "failed":
        raise BenchmarkError("the job failed: " + " ".join(job.messages))
    now = arrivals.points, arrivals.redraws, arrivals.frames
    came, redraws, frames = (b - a for a, b in zip(before, now, strict=True))
    if not (redraws and frames):
        raise BenchmarkError("points arrived and nothing was drawn")
    taken = end - first
    return {
        "busy": summary(ticker.between(first, end)) | {"points_per_s": round(came / taken, 2)},
        "start_max_ms": round(max(ticker.between(begin, first)), 2),
        "redraws_per_s": round(redraws / taken, 2),
        "frames_per_s": round(frames / taken, 2),
        "start_s": round(first - begin, 1),
    }


def _cancel(window: Window, ticker: Ticker) -> None:
    """End the job as the user would; closing the window then has nothing to ask."""
    window.jobs.cancel()
    ticker.wait(lambda: window.jobs.current is None, WAIT_SECONDS, "stopping the job")


# -- command line ------------------------------------------------------------------------------


def table(result: dict[str, Any], where: str) -> str:
    """What was measured, for reading."""
    from support.first_paint import FORBIDDEN

    idle, busy = result["idle"], result["busy"]
    return "\n".join(
        [
            f"Machine: {where}",
            f"Lateness of a {PERIOD_MS} ms timer in the window's event loop:",
            f"  {'':<42}{'99 %':>9}{'max':>12}",
            f"  {'idle, a surface is shown':<42}{idle['p99_ms']:>6.1f} ms{idle['max_ms']:>9.1f} ms",
            f"  {'busy, from the first measured point on':<42}"
            f"{busy['p99_ms']:>6.1f} ms{busy['max_ms']:>9.1f} ms",
            f"  {'job start: engine process and training':<42}{'':>9}"
            f"{result['start_max_ms']:>9.1f} ms",
            f"While busy {busy['points_per_s']:.1f} points/s came, new data were drawn "
            f"{result['redraws_per_s']:.1f} times/s and the window {result['frames_per_s']:.1f} "
            f"times/s; the start took {result['start_s']:.1f} s.",
            f"First painted window {result['first_paint_s']:.2f} s after the start of the process, "
            f"without {', '.join(FORBIDDEN)}.",
        ]
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a duration")
    return seconds


def _points(text: str) -> int:
    points = int(text)
    if not 5 <= points <= 201:
        raise argparse.ArgumentTypeError(f"{text} is not from 5 to 201")
    return points


def parser() -> argparse.ArgumentParser:
    """The options."""
    description = (
        "Opens the window, shows a surface and measures how late a 10 ms timer of its event loop "
        "is: idle, and while the engine measures the demonstration on the CPU and its points are "
        "drawn. Waiting for the demonstration's training is not part of the latter. Needs a "
        'display, e.g. xvfb-run -a -s "-screen 0 1920x1200x24 +extension GLX".'
    )
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--seconds", type=_seconds, help="of each part (default: 20)")
    options.add_argument("--quick", action="store_true", help="5 seconds of each, one start")
    options.add_argument("--points", type=_points, default=41, help="per axis of the surface (41)")
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    return options


def main() -> int:
    """Measure and print."""
    given = parser().parse_args()
    sys.path.insert(0, str(PROJECT))
    from support.first_paint import measure_first_paint
    from support.isolation import isolate

    seconds = given.seconds or (QUICK_SECONDS if given.quick else SECONDS)
    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as directory:
        home = Path(directory)
        isolate(home)
        try:
            first_paint = measure_first_paint(QUICK_STARTS if given.quick else STARTS)
            result = measure_lateness(home, seconds, given.points)
        except RuntimeError as error:
            print(f"{Path(__file__).name}: {error}", file=sys.stderr)
            return 1
        result["first_paint_s"] = round(first_paint, 3)
        if not given.json:
            print(table(result, machine()))
    promised = ("idle", "busy", "start_max_ms", "first_paint_s")
    print(json.dumps({"responsiveness": {key: result[key] for key in promised}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
