"""An hour at the window in fast motion: opens, turns, computes, cancels, closes, over and over.

Prints one line of JSON: what the process holds after the warm-up and at the end.
Run with a display: ``python long_use.py SECONDS DIRECTORY``.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import statistics
import sys
import time
from pathlib import Path

DIRECTORY = Path(sys.argv[2] if len(sys.argv) > 2 else "/nonexistent")
for name in ("CONFIG", "CACHE", "DATA", "STATE"):
    os.environ[f"XDG_{name}_HOME"] = str(DIRECTORY / name.lower())


def children() -> list[str]:
    """Processes that any thread of this one started; Python's own helper is not counted."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"resource_tracker" not in command:
                found.append(pid)
    return found


def holdings(window) -> dict[str, float]:
    """What could leak, counted after a clean-up."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
    from PySide6.QtGui import QOpenGLContext
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    if hasattr(os, "sched_getaffinity"):
        ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    made_by_python = [thing for thing in gc.get_objects() if isinstance(thing, QObject)]
    return {
        "memory": float(fields["VmRSS"].split()[0]),
        "threads": int(fields["Threads"]),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "processes": len(children()),
        "widgets": len(QApplication.allWidgets()),
        "timers": len(window.findChildren(QTimer)) + len(window.main.findChildren(QTimer)),
        "contexts": sum(isinstance(thing, QOpenGLContext) for thing in made_by_python),
        "objects": len(window.main.findChildren(QObject)),
        "undo": window.around.history.steps,
    }


class Use:
    """Somebody who tries everything."""

    def __init__(self, window) -> None:
        self.window, self.main = window, window.main
        self.cycles = 0

    def wait(self, milliseconds: int = 15) -> None:
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)

    def until(self, condition, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"cycle {self.cycles}: waited in vain")
            self.wait(5)

    def once(self) -> None:
        """One round through the window."""
        self.open_files()
        self.look_around()
        self.compute()
        self.dialogs()
        self.theme_and_size()
        for path in list(self.window.session.landscapes):
            self.window.session.close_file(path)
        self.wait()
        self.cycles += 1

    def open_files(self) -> None:
        session = self.window.session
        for name in ("one", "two"):
            path = DIRECTORY / f"{name}.landscape.h5"
            session.open_file(path)
            self.until(lambda p=path: p.resolve() in session.landscapes)

    def look_around(self) -> None:
        from landscape_gui.ui.surface3d.camera import Camera

        session, menus = self.window.session, self.main.menus
        view = self.main.surface_page.surface
        for step in range(6):
            view.set_camera(Camera(azimuth=60.0 * step - 150, elevation=20.0 + 8 * step))
            self.wait()
        for action in menus.metric_actions.values():
            action.trigger()
            self.wait()
        for name in ("magma", "cividis", "viridis"):
            menus.color_map_actions[name].trigger()
        for actions in (menus.viewpoint_actions, list(menus.page_actions.values())):
            for action in actions:
                action.trigger()
                self.wait()
        menus.page_actions["surface"].trigger()
        for toggle in self.main.layers_panel.shows.values():
            if toggle.isEnabled():
                toggle.click()
                self.wait()
        session.set_rolled_back("low", True)
        session.set_rolled_back("low", False)
        self.main.surface_page.contour.cursor_moved.emit((0.5, 0.5))
        self.main.surface_page.contour.cursor_moved.emit(None)
        for _ in range(4):
            self.window.around.history.undo()
        for _ in range(2):
            self.window.around.history.redo()
        self.wait()

    def compute(self) -> None:
        from landscape_gui.specs import RandomAxis, SurfaceSpec

        jobs = self.window.jobs
        spec = SurfaceSpec(run=DIRECTORY / "run", axis2=RandomAxis())
        jobs.start(spec, DIRECTORY / "fresh.landscape.h5")
        self.until(lambda: jobs.current is not None and jobs.current.done > 5)
        jobs.pause()
        self.wait(30)
        jobs.resume()
        self.wait(60)
        jobs.cancel()
        self.until(lambda: jobs.current is None)

    def dialogs(self) -> None:
        around = self.window.around
        palette = around.show_palette()
        palette.search.setText("theme")
        self.wait()
        palette.close()
        around.show_shortcuts().reject()
        around.show_about().reject()
        around.show_preferences().reject()
        log = around.show_log()
        self.wait()
        log.reject()
        self.main.commands.measure_run(DIRECTORY, "surface").reject()
        self.main.messages.show_message("something went wrong", "nothing in truth")
        self.main.messages.dismiss.click()
        around.pictures.copy_actions[0].trigger()
        self.wait()

    def theme_and_size(self) -> None:
        for theme in ("dark", "light"):
            self.main.menus.theme_actions[theme].trigger()
            self.wait()
        for width, height in ((800, 600), (1300, 850)):
            self.main.resize(width, height)
            self.wait()


def main() -> None:
    """Use the window for so many seconds and tell what it holds."""
    import synthetic_landscape

    from landscape_gui.engine.host import EngineProcess
    from landscape_gui.ui import application

    seconds = float(sys.argv[1])

    def read(path: Path):
        share = 0.0 if "fresh" in path.name else 1.0
        name = path.name.removesuffix(".landscape.h5")
        return synthetic_landscape.landscape(path, name, 41, share, groups=("low", "high"))

    app = application.make_application()
    engine = EngineProcess(job="fake_jobs:steady", describe="fake_jobs:describe")
    window = application.Window(app, engine, read)
    window.main.resize(1300, 850)
    window.main.show()
    use = Use(window)
    began = time.monotonic()
    samples: list[dict[str, float]] = []
    while time.monotonic() - began < seconds or use.cycles < 9:
        use.once()
        samples.append(holdings(window))
    third = max(1, len(samples) // 3)

    def typical(part: list[dict[str, float]]) -> dict[str, float]:
        return {key: statistics.median(sample[key] for sample in part) for key in part[0]}

    # The first third warms up: caches fill, libraries are loaded.
    report = {
        "cycles": use.cycles,
        "seconds": round(time.monotonic() - began, 1),
        "before": typical(samples[third : 2 * third]),
        "after": typical(samples[-third:]),
        "memory": [round(sample["memory"] / 1024, 1) for sample in samples[:: max(1, third // 4)]],
    }
    window.main.close()
    report["left_running"] = {
        "engine": window.engine.isRunning(),
        "processes": len(children()),
    }
    sys.stdout.write(f"{json.dumps(report)}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
