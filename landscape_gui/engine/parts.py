"""A finer part of a surface begins with what the surface holds already."""

from __future__ import annotations

import numpy as np

from landscape_gui.engine.subject import Subject
from landscape_gui.store.landscape_file import PointWriter
from landscape_gui.store.parts import shared_points
from landscape_gui.store.records import SurfaceRecord

TAKEN_OVER = "taken_over"


def take_over(
    whole: SurfaceRecord,
    points: PointWriter,
    subject: Subject,
    alpha: np.ndarray,
    beta: np.ndarray,
) -> None:
    """Give a part the points it shares with its surface, and the number format of that.

    Where the surface was measured on another number of examples, nothing is taken over.
    """
    precision = whole.notes.get("precision")
    if points.notes.get("precision") is not None or precision is None:
        return
    if whole.notes.get("examples") != subject.objective.examples:
        return
    taken = shared_points(whole, alpha, beta)
    for j, i, values, errors in taken:
        if points.order[j, i] < 0:
            points.write_point(j, i, values, errors, subject.objective.examples)
            points.order[j, i] = 0  # as if it had been there when the file was opened
    points.note("examples", subject.objective.examples)
    points.note(TAKEN_OVER, len(taken))
    # Last: a target that has this note is taken for settled when it is continued.
    points.note("precision", precision)
    points.flush()
