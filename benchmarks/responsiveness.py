"""Responsiveness of the window while the engine computes: lateness of a 10 ms timer."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.event_loop import (
    PERIOD_MS,
    WAIT_SECONDS,
    BenchmarkError,
    Ticker,
    machine,
    open_window,
    summary,
)

# Qt, numpy and the window are imported where they are used: the engine process imports this file
# again (multiprocessing's spawn), and must be as it is under the real program.
if TYPE_CHECKING:
    from landscape_gui.ui.application import Window

PROJECT = Path(__file__).resolve().parents[1]
SECONDS, QUICK_SECONDS = 20.0, 5.0
STARTS, QUICK_STARTS = 3, 1
SETTLE_SECONDS = 1.0
TRAINING_SECONDS = 600.0


# -- the window --------------------------------------------------------------------------------


class Arrivals:
    """Points of a surface as they come to the window, and what the window draws.

    ``redraws`` counts how often new data were handed to the views, ``frames`` the pictures of the
    surface that came on the screen, those drawn again at rest included.
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
    with open_window() as (window, ticker):
        result = _measure_idle(window, ticker, home, seconds)
        result |= _measure_busy(window, ticker, home, seconds, points)
        _cancel(window, ticker)
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

    def enough() -> bool:
        over = time.perf_counter() >= first + seconds or arrivals.complete or not job.active
        # On a busy machine a picture may come after the last point.
        drawn = arrivals.redraws > before[1] and arrivals.frames > before[2]
        return job.status == "failed" or (over and drawn)

    ticker.wait(enough, seconds + WAIT_SECONDS, "measuring, and drawing what was measured")
    end = ticker.times[-1]
    if job.status == "failed":
        raise BenchmarkError("the job failed: " + " ".join(job.messages))
    now = arrivals.points, arrivals.redraws, arrivals.frames
    came, redraws, frames = (b - a for a, b in zip(before, now, strict=True))
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
            f"{result['redraws_per_s']:.1f} times/s and the surface {result['frames_per_s']:.1f} "
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
