"""How long a point takes, kept with what was measured: the next job can then be estimated."""

from __future__ import annotations

from collections import deque

import numpy as np

from landscape_gui.engine.events import Measurement
from landscape_gui.store.landscape_file import PointWriter

_LAST = 200
NOTE = "seconds_per_point"


class Pace:
    """Notes the median time of the last points, which pauses and slow first ones do not move."""

    def __init__(self, points: PointWriter) -> None:
        self._points = points
        self._seconds: deque[float] = deque(maxlen=_LAST)

    def add(self, found: Measurement) -> None:
        """Count a point that was measured in full."""
        if found.seconds > 0:
            self._seconds.append(found.seconds)

    def note(self) -> None:
        """Keep it in the file, if anything was measured."""
        if self._seconds:
            self._points.note(NOTE, float(np.median(self._seconds)))
