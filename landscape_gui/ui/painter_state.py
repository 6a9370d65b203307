"""What a painter is set to, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPainter


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Put the painter back as it was, also where painting in parts is broken off."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()
