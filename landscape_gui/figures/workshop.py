"""A process that draws figures for someone who cannot wait for matplotlib: the window.

Nothing here imports matplotlib at import time: the window imports the orders and answers.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from landscape_gui.figures.formats import PNG_DPI
from landscape_gui.figures.models import Lack, LackingError
from landscape_gui.figures.spec import FigureSpec
from landscape_gui.specs import UserError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)
NICENESS = 5


@dataclass(frozen=True)
class Preview:
    """An order for a picture of at most so many pixels, width and height."""

    spec: FigureSpec
    pixels: tuple[int, int]


@dataclass(frozen=True)
class Export:
    """An order for a file."""

    spec: FigureSpec
    out: Path
    dpi: int = PNG_DPI


@dataclass(frozen=True)
class Picture:
    """A PNG, and the width and height of the page that it shows, in inches."""

    png: bytes
    page: tuple[float, float]


@dataclass(frozen=True)
class Progress:
    """So many pages of an animation are written."""

    done: int
    total: int


@dataclass(frozen=True)
class Written:
    """The files that an export made."""

    files: tuple[Path, ...]


@dataclass(frozen=True)
class Refused:
    """Why there is no figure, what to do about it, and what a file lacks if that is why."""

    message: str
    hint: str = ""
    lack: Lack | None = None


Order: TypeAlias = Preview | Export
Answer: TypeAlias = Picture | Written | Refused


def main(connection: Connection) -> None:
    """Entry point of the process: answers one order after the other until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is the window's to answer
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICENESS)
    with contextlib.suppress(EOFError, OSError):
        while True:
            order: Order = connection.recv()
            connection.send(answer(order, connection.send))


def answer(order: Order, tell: Callable[[Progress], None] = lambda _: None) -> Answer:
    """Do what is ordered; what goes wrong is an answer, too."""
    try:
        match order:
            case Preview(spec, pixels):
                return _picture(spec, pixels)
            case Export(spec, out, dpi):
                from landscape_gui.figures.making import write_figure

                def progress(done: int, total: int) -> None:
                    tell(Progress(done, total))

                return Written(tuple(write_figure(spec, out, dpi=dpi, progress=progress)))
    except LackingError as error:
        return Refused(error.message, error.hint, error.what)
    except UserError as error:
        return Refused(error.message, error.hint)
    except Exception as error:
        logger.exception("drawing a figure")
        words = str(error).strip() or "no further words"
        return Refused(f"The figure could not be drawn: {type(error).__name__}: {words}")


def _picture(spec: FigureSpec, pixels: tuple[int, int]) -> Picture:
    from landscape_gui.figures.saving import figure_bytes

    figure = preview_figure(spec)
    width, height = (float(inches) for inches in figure.get_size_inches())
    dpi = min(pixels[0] / width, pixels[1] / height)
    return Picture(figure_bytes(figure, ".png", dpi=dpi), (width, height))


def preview_figure(spec: FigureSpec) -> Figure:
    """The figure or, of an animation, a page that tells what it will be like.

    Raises
    ------
    UserError
        If a file lacks what is to be drawn.
    """
    from landscape_gui.figures.making import make_figure, opened

    spec, records = opened(spec)
    if spec.kind != "frames":
        return make_figure(spec, records)
    from landscape_gui.figures.frames import frames

    pages = frames(spec.model_copy(update={"frames": 3}), records[0])
    first = next(pages)
    return first if spec.story == "turn" else next(pages)
