"""Cyclic garbage is collected in the window's own thread only."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MILLISECONDS = 500


class GarbageCollection(QObject):
    """Collects when Python would, but never in a thread that happens to make an object.

    Python collects in whichever thread allocates, and with a wrapper goes what it owns: a widget
    deleted beside the window's thread, or a deletion that waits for the very thread it runs in,
    crashes or hangs.

    What exists when this begins (modules, mostly) is never looked at again: a full collection then
    takes a few milliseconds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(collect_if_due)
        self._timer.start()

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()


def collect_if_due() -> int | None:
    """Collect the oldest generation that has grown beyond its threshold.

    Returns
    -------
    int or None
        The generation; None if there was no need.
    """
    grown = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [n for n, (count, threshold) in enumerate(grown) if 0 < threshold < count]
    if not due:
        return None
    gc.collect(due[-1])
    return due[-1]
