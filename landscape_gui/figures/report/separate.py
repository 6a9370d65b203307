"""Makes a report in a process of its own, for a window: matplotlib never gets into the latter.

Imports nothing heavy: the window's process imports this module, too.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from landscape_gui.figures.report.basin_claim import Tolerated
from landscape_gui.specs import UserError


@dataclass(frozen=True, slots=True)
class Progressed:
    """What is done now, and which share of all is done."""

    words: str
    share: float


@dataclass(frozen=True, slots=True)
class Unmade:
    """Why there is no report; ``detail`` is for the log."""

    message: str
    hint: str = ""
    detail: str = ""


def main(connection: Connection, files: Sequence[Path], tolerated: Tolerated | None = None) -> None:
    """Send ``Progressed`` while it goes on, and at last a ``Report`` or what is in its way."""
    # An interruption from the terminal is the window's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        connection.send(Progressed("Starting", 0.0))
        connection.send(_made(connection, files, tolerated))
    except OSError:
        return  # the window is gone, and nobody wants the report any more


def _made(connection: Connection, files: Sequence[Path], tolerated: Tolerated | None) -> object:
    try:
        from landscape_gui.figures.report.writing import make_report

        def say(words: str, share: float) -> None:
            connection.send(Progressed(words, share))

        return make_report(files, tolerated, raster=True, progress=say)
    except ConnectionError:
        raise
    except UserError as error:
        return Unmade(error.message, error.hint)
    except MemoryError:
        return Unmade("There is not enough memory for the report.", "Choose fewer files.")
    except Exception as error:
        first, *_ = str(error).strip().splitlines() or [type(error).__name__]
        detail = "".join(traceback.format_exception(error))
        return Unmade(f"The report could not be made: {first}", "The log says more.", detail)
