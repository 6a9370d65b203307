"""Renders a film frame by frame without holding the window up, and encodes it on a thread."""

from __future__ import annotations

import logging
import queue
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QThread, QTimer, Signal

from landscape_gui.specs import UserError
from landscape_gui.ui.animation.director import Story
from landscape_gui.ui.animation.encoding import Pixels, Samples, write_film
from landscape_gui.ui.animation.stage import Stage

logger = logging.getLogger(__name__)

# Frames that wait for the encoder: it never starves, and memory stays small.
_WAITING = 4
_LOOK_AGAIN_MILLISECONDS = 8
_SAMPLES = 5
# The last frame stays as long as this part of the film, so that the end can be seen.
_END = 0.12


@dataclass(frozen=True)
class Film:
    """What is exported.

    Attributes
    ----------
    size
        Width and height in pixels, even.
    """

    path: Path
    story: Story
    size: tuple[int, int]
    per_second: int
    seconds: float

    @property
    def positions(self) -> tuple[float, ...]:
        """Position of every frame, from 0 to 1; the end is held for a moment."""
        count = max(2, round(self.seconds * self.per_second))
        moving = max(2, round(count * (1 - _END)))
        return (*np.linspace(0.0, 1.0, moving).tolist(), *([1.0] * (count - moving)))


class _Cancelled(Exception):  # noqa: N818 (not an error)
    pass


class _Encoding(QThread):
    """Takes frames from a queue and writes them; what went wrong is in ``error``."""

    def __init__(self, film: Film, samples: Samples, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames: queue.Queue[Pixels | None] = queue.Queue(_WAITING)
        self.error: UserError | OSError | None = None
        self.cancelled = False
        self._film, self._samples = film, samples

    def run(self) -> None:
        """Write a draft beside the file and put it in its place when it is complete."""
        path = self._film.path
        draft = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:12]}{path.suffix}")
        try:
            write_film(draft, self._taken(), self._samples, self._film.per_second)
            draft.replace(path)
        except _Cancelled:
            self.cancelled = True
        except (UserError, OSError) as error:
            self.error = error
        except Exception as error:
            logger.exception("writing %s", path)
            self.error = UserError(f"{path.name} could not be written: {error}")
        finally:
            draft.unlink(missing_ok=True)

    def _taken(self) -> Iterator[Pixels]:
        for _ in self._film.positions:
            frame = self.frames.get()
            if frame is None:
                raise _Cancelled
            yield frame


class Exporter(QObject):
    """One export. Frames are drawn on the GUI's thread, one at a time between its events.

    Signals
    -------
    progressed
        ``(frames done, frames in all)``.
    finished
        Path of the file.
    failed
        ``(message, hint)``.
    cancelled
        It was given up; nothing is left.
    """

    progressed = Signal(int, int)
    finished = Signal(object)
    failed = Signal(str, str)
    cancelled = Signal()

    def __init__(self, stage: Stage, film: Film, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage: Stage | None = stage
        self._film = film
        self._positions = film.positions
        self._samples: list[Pixels] = []
        self._done = 0
        self._stopping = False
        self._encoding: _Encoding | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)

    @property
    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._stage is not None

    def start(self) -> None:
        """Begin."""
        self._timer.start(0)

    def cancel(self) -> None:
        """Give up; ``cancelled`` follows when the encoder has let go of the file."""
        if self._stage is None or self._stopping:
            return
        self._stopping = True
        self._timer.stop()
        if self._encoding is None:
            self._end()
            self.cancelled.emit()
        else:
            self._tell_the_encoder()

    def wait(self) -> None:
        """Wait for the encoder's thread; for the end of the program."""
        if self._encoding is not None:
            self._encoding.wait()

    # -- frames --------------------------------------------------------------------------------

    def _step(self) -> None:
        stage = self._stage
        if stage is None or self._stopping:
            return
        if len(self._samples) < _SAMPLES and self._film.path.suffix.lower() == ".gif":
            position = len(self._samples) / (_SAMPLES - 1)
            self._samples.append(stage.frame(self._film.story, position))
            self._timer.start(0)
            return
        if self._encoding is None:
            self._encoding = _Encoding(
                self._film, Samples(tuple(self._samples), stage.colors), self
            )
            self._encoding.finished.connect(self._encoded)
            self._encoding.start()
        if self._encoding.frames.full():
            self._timer.start(_LOOK_AGAIN_MILLISECONDS)
            return
        self._encoding.frames.put(stage.frame(self._film.story, self._positions[self._done]))
        self._done += 1
        self.progressed.emit(self._done, len(self._positions))
        if self._done < len(self._positions) and not self._encoding.isFinished():
            self._timer.start(0)

    def _tell_the_encoder(self) -> None:
        assert self._encoding is not None
        # What waits in the queue need not be written any more.
        while True:
            try:
                self._encoding.frames.get_nowait()
            except queue.Empty:
                break
        self._encoding.frames.put(None)

    def _encoded(self) -> None:
        encoding = self._encoding
        assert encoding is not None
        encoding.wait()
        self._timer.stop()
        self._end()
        if encoding.cancelled or (self._stopping and encoding.error is not None):
            self.cancelled.emit()
        elif isinstance(encoding.error, UserError):
            self.failed.emit(encoding.error.message, encoding.error.hint)
        elif encoding.error is not None:
            words = encoding.error.strerror or str(encoding.error)
            self.failed.emit(
                f"{self._film.path} could not be written: {words}.",
                "Choose a directory that you may write to.",
            )
        else:
            self.finished.emit(self._film.path)

    def _end(self) -> None:
        if self._stage is not None:
            self._stage.close()
            self._stage = None
