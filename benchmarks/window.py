"""The window itself: first paint, a point's update, pictures while turning, opening, a burst."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.event_loop import WAIT_SECONDS, BenchmarkError, Ticker, machine, open_window, summary

# Qt, numpy and the window are imported where they are used: the engine process imports this file
# again (multiprocessing's spawn), and must be as it is under the real program.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from landscape_gui.ui.application import Window
    from landscape_gui.ui.scene import SurfaceScene
    from landscape_gui.ui.surface3d import Surface3DView

PROJECT = Path(__file__).resolve().parents[1]
SIDES = (41, 161, 401)
SURFACES, SURFACE_SIDE = 10, 161
SETTLE_SECONDS = 1.0
DEGREES = 3.0


@dataclass(frozen=True)
class Effort:
    """How often each thing is done."""

    starts: int = 5
    updates: int = 100
    frames: int = 60
    openings: int = 3


QUICK = Effort(starts=1, updates=20, frames=12, openings=1)


@dataclass
class Redraws:
    """When pictures of the surface came on the screen and data were handed to the views."""

    painted: list[float] = field(default_factory=list)
    handed: list[float] = field(default_factory=list)

    def watch(self, window: Window) -> None:
        """Begin to note."""
        window.main.surface_page.surface.painted.connect(self._paint)
        window.session.data_changed.connect(self._hand)

    def _paint(self) -> None:
        self.painted.append(time.perf_counter())

    def _hand(self) -> None:
        self.handed.append(time.perf_counter())


# -- a surface of its own in the window's view -------------------------------------------------


def measure_view(home: Path, effort: Effort) -> dict[str, Any]:
    """Updates and pictures of surfaces of several sizes in the real window."""
    from support.formula_landscape import write_landscape

    result: dict[str, Any] = {
        key: {} for key in ("point_update_ms", "point_shown_ms", "frame_ms", "still_ms")
    }
    file = home / "shown.landscape.h5"
    write_landscape(file, 41)
    with open_window() as (window, ticker):
        redraws = Redraws()
        redraws.watch(window)
        window.session.open_file(file)
        ticker.wait(lambda: bool(redraws.painted), WAIT_SECONDS, "drawing a surface")
        ticker.run(SETTLE_SECONDS)
        view = window.main.surface_page.surface
        for side in SIDES:
            show(view, scene_of(side), redraws, ticker)
            ticker.run(SETTLE_SECONDS)
            update, shown = _update_points(view, side, redraws, ticker, effort.updates)
            frame, still = _turn(view, redraws, ticker, effort.frames)
            for key, value in zip(result, (update, shown, frame, still), strict=True):
                result[key][str(side)] = value
    return result


def scene_of(side: int, height: NDArray[np.float64] | None = None) -> SurfaceScene:
    """A surface of the formula, measured throughout."""
    import numpy as np
    from support.formula_landscape import loss

    from landscape_gui.ui.scene import AxisTitles, SurfaceScene

    axis = np.linspace(-4, 4, side)
    values = loss(*np.meshgrid(axis, axis)) if height is None else height
    measured = np.ones(values.shape, dtype=np.bool_)
    return SurfaceScene(axis, axis, values, measured, AxisTitles("α", "β", "training loss"))


def show(view: Surface3DView, scene: SurfaceScene, redraws: Redraws, ticker: Ticker) -> None:
    """Hand a surface to the view and wait until it is on the screen."""
    before = len(redraws.painted)
    view.set_scene(scene)
    ticker.wait(lambda: len(redraws.painted) > before, WAIT_SECONDS, "drawing a surface")


def _update_points(
    view: Surface3DView, side: int, redraws: Redraws, ticker: Ticker, count: int
) -> tuple[float, float]:
    """Median ms that one more point takes of the window's thread, and until it is shown."""
    import numpy as np

    rng = np.random.default_rng(side)
    height = scene_of(side).height
    taken, shown = [], []
    for j, i in rng.integers(0, side, (count, 2)):
        height = height.copy()
        height[j, i] += 0.01
        scene = scene_of(side, height)
        before, began = len(redraws.painted), time.perf_counter()
        view.set_scene(scene)
        taken.append(time.perf_counter() - began)
        _wait_for_paint(redraws, before)
        shown.append(redraws.painted[before] - began)
    return _milliseconds(taken), _milliseconds(shown)


def _turn(view: Surface3DView, redraws: Redraws, ticker: Ticker, count: int) -> tuple[float, float]:
    """Median ms from one picture to the next while turning, and of the one drawn at rest."""
    intervals = []
    for _ in range(count):
        before, began = len(redraws.painted), time.perf_counter()
        view.set_camera(view.camera().rotated(DEGREES, 0.0))
        _wait_for_paint(redraws, before)
        intervals.append(redraws.painted[before] - began)
    began = time.perf_counter()
    view.grab_image()
    still = time.perf_counter() - began
    ticker.run(SETTLE_SECONDS)
    return _milliseconds(intervals), round(1000 * still, 2)


def _wait_for_paint(redraws: Redraws, before: int) -> None:
    """Serve events as they come: a ticker would round every time up to its period."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    end = time.perf_counter() + WAIT_SECONDS
    while len(redraws.painted) <= before:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 1000)
        if time.perf_counter() > end:
            raise BenchmarkError("the surface was not drawn")


def _milliseconds(seconds: list[float]) -> float:
    return round(1000 * statistics.median(seconds), 3)


# -- files and bursts --------------------------------------------------------------------------


def measure_opening(home: Path, openings: int) -> float:
    """Median ms from the wish to open a file with ten surfaces to its picture on the screen."""
    from support.formula_landscape import write_landscape

    file = home / "ten.landscape.h5"
    write_landscape(file, SURFACE_SIDE, SURFACES)
    other = home / "other.landscape.h5"
    write_landscape(other, 21)
    taken = []
    with open_window() as (window, ticker):
        redraws = Redraws()
        redraws.watch(window)
        window.session.open_file(other)
        ticker.wait(lambda: bool(redraws.painted), WAIT_SECONDS, "drawing a surface")
        chosen: list[float] = []
        window.session.selection_changed.connect(
            lambda: chosen.append(time.perf_counter()) if _shows(window, file) else None
        )
        for _ in range(openings):
            ticker.run(SETTLE_SECONDS)
            chosen.clear()
            began = time.perf_counter()
            window.session.open_file(file)
            ticker.wait(
                lambda: bool(chosen) and redraws.painted[-1] > chosen[0],
                WAIT_SECONDS,
                "opening a file",
            )
            taken.append(next(t for t in redraws.painted if t > chosen[0]) - began)
            window.session.close_file(file)
    return _milliseconds(taken)


def _shows(window: Window, file: Path) -> bool:
    selection = window.session.selection
    return selection is not None and selection.path == file.resolve()


def measure_burst(home: Path) -> dict[str, Any]:
    """Points as fast as the engine's process can send them, through pipe, thread and queue."""
    from support.burst_job import POINTS
    from support.formula_landscape import write_landscape

    from landscape_gui.engine.host import EngineProcess
    from landscape_gui.specs import RandomAxis, SurfaceSpec

    file = home / "burst.landscape.h5"
    write_landscape(file, 143, 0)
    engine = EngineProcess(job="support.burst_job:burst", describe="support.burst_job:describe")
    with open_window(engine) as (window, ticker):
        redraws = Redraws()
        redraws.watch(window)
        window.session.open_file(file)
        ticker.wait(lambda: window.session.model is not None, WAIT_SECONDS, "opening a file")
        ticker.run(SETTLE_SECONDS)
        came: list[float] = []
        window.jobs.events.connect(lambda _: came.append(time.perf_counter()))
        job = window.jobs.start(SurfaceSpec(run=Path("formula"), axis2=RandomAxis()), file)
        ticker.wait(lambda: not job.active, WAIT_SECONDS, "the burst")
        received = time.perf_counter()
        done = window.session.plot
        if done is None or done.done != POINTS:
            raise BenchmarkError(f"of {POINTS} points {done.done if done else 0} came")
        first = came[0]
        ticker.wait(
            lambda: bool(redraws.painted) and redraws.painted[-1] > received,
            WAIT_SECONDS,
            "the last picture",
        )
        last = redraws.painted[-1]
        handed = [moment for moment in redraws.handed if first <= moment <= received]
        late = ticker.between(first, last)
    taken = max(received - first, 1e-9)
    return {
        "burst_redraws_per_s": round(len(handed) / max(taken, 1.0), 2),
        "burst_points_per_s": round(POINTS / taken),
        # A queue that had grown would be worked off only now.
        "burst_backlog_ms": round(1000 * (last - received), 1),
        "burst_lateness": summary(late),
    }


# -- command line ------------------------------------------------------------------------------


def table(result: dict[str, Any], where: str) -> str:
    """What was measured, for reading."""
    rows = [
        ("a point: work of the window's thread", "point_update_ms"),
        ("a point: until it is on the screen", "point_shown_ms"),
        ("a picture while turning", "frame_ms"),
        ("a picture at its best, as for saving", "still_ms"),
    ]
    late = result["burst_lateness"]
    sides = "".join(f"{f'{side}²':>10}" for side in SIDES)
    return "\n".join(
        [
            f"Machine: {where}",
            f"First painted window {result['first_paint_s']:.2f} s after the start of the process.",
            f"Milliseconds, median:{'':<23}{sides}",
            *(
                f"  {words:<42}" + "".join(f"{result[key][str(side)]:>10.2f}" for side in SIDES)
                for words, key in rows
            ),
            f"Opening a file with {SURFACES} surfaces of {SURFACE_SIDE}²: "
            f"{result['open_ten_161_ms']:.0f} ms to its picture.",
            f"Burst of {result['burst_points_per_s']:,} points/s: data handed to the views "
            f"{result['burst_redraws_per_s']:.1f} times/s, last picture "
            f"{result['burst_backlog_ms']:.0f} ms after the last point; a 10 ms timer late by "
            f"{late['p99_ms']:.1f} ms (99 %), {late['max_ms']:.1f} ms at most.",
        ]
    )


def parser() -> argparse.ArgumentParser:
    """The options."""
    description = (
        "Opens the real window and measures its first paint, the update of a point, pictures "
        "while the surface is turned, opening a file with ten surfaces and a burst of 20,000 "
        'points. Needs a display, e.g. xvfb-run -a -s "-screen 0 1920x1200x24 +extension GLX".'
    )
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--quick", action="store_true", help="under a minute")
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    return options


def main() -> int:
    """Measure and print."""
    given = parser().parse_args()
    sys.path.insert(0, str(PROJECT))
    from support.first_paint import measure_first_paint
    from support.isolation import isolate

    effort = QUICK if given.quick else Effort()
    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as directory:
        home = Path(directory)
        isolate(home)
        try:
            result: dict[str, Any] = {
                "first_paint_s": round(measure_first_paint(effort.starts), 3),
                **measure_view(home, effort),
                "open_ten_161_ms": measure_opening(home, effort.openings),
                **measure_burst(home),
            }
        except RuntimeError as error:
            print(f"{Path(__file__).name}: {error}", file=sys.stderr)
            return 1
        if not given.json:
            print(table(result, machine()))
    print(json.dumps({"window": result}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
