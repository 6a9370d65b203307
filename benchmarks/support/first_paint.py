"""Time from the start of a process to its first painted window.

Run as a program it is that process.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[i]) for i in (1, 2)]

FORBIDDEN = ("torch", "transformers", "datasets", "matplotlib")
TIMEOUT_SECONDS = 60.0


def measure_first_paint(starts: int) -> float:
    """Median seconds from the start of a process to its first painted window.

    Of a program that is compiled, as an installed one is: one start more comes first.

    Raises
    ------
    RuntimeError
        If the window did not open, or a library that it does not need was loaded by then.
    """
    _first_paint()
    return statistics.median(_first_paint() for _ in range(starts))


def _first_paint() -> float:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    child = subprocess.run(
        [sys.executable, __file__],
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if child.returncode != 0 or not child.stdout.strip():
        raise RuntimeError(f"the window did not open:\n{child.stderr}")
    report = json.loads(child.stdout.splitlines()[-1])
    if report["loaded"]:
        raise RuntimeError(f"loaded before the first paint: {', '.join(report['loaded'])}")
    # perf_counter is the machine's monotonic clock: the same in both processes.
    return report["painted"] - began


def report_first_paint() -> int:
    """In the fresh process: run ``landscape-gui``, and close it once the window is painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow
    from support.isolation import use_own_settings

    from landscape_gui.cli import main as landscape_gui
    from landscape_gui.ui.application import make_application

    use_own_settings()
    make_application()
    report: dict[str, Any] = {}

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, painted)  # by then the whole window is on the screen
            return False

    def painted() -> None:
        report["painted"] = time.perf_counter()
        report["loaded"] = [name for name in FORBIDDEN if name in sys.modules]
        QApplication.closeAllWindows()

    def begin() -> None:
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow))
        handle = window.windowHandle()
        if handle is not None and handle.isExposed():
            painted()  # a platform that paints within show()
        else:
            window.installEventFilter(watcher)

    watcher = Watcher()
    QTimer.singleShot(0, begin)
    status = landscape_gui([])
    print(json.dumps(report))
    return status


if __name__ == "__main__":
    sys.exit(report_first_paint())
