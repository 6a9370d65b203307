"""The latest lines of the log, kept in memory for the log viewer; older ones are in the file."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QtMsgType, Signal, qInstallMessageHandler

MOST_LINES = 5_000
MOST_CHARACTERS = 2_000_000
LONGEST_TEXT = 20_000
LEVELS = (
    (logging.INFO, "All messages"),
    (logging.WARNING, "Warnings and errors"),
    (logging.ERROR, "Errors"),
)
ROOT = "landscape_gui"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message; it may have several lines of text."""

    when: float
    level: int
    source: str
    text: str

    def __str__(self) -> str:
        clock = datetime.fromtimestamp(self.when).strftime("%H:%M:%S")
        return f"{clock}  {logging.getLevelName(self.level):<8} {self.source}: {self.text}"


class LogBook(QObject):
    """Collects what is logged, on any thread, and tells the GUI thread that there is more.

    Attributes
    ----------
    grown
        There are more lines; once for many of them.
    """

    grown = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: deque[LogLine] = deque()
        self._characters = 0
        self._count = 0
        self._told = False
        self._lock = threading.Lock()
        self._handler = _BookHandler(self)
        logging.getLogger(ROOT).addHandler(self._handler)

    def close(self) -> None:
        """Collect no more."""
        logging.getLogger(ROOT).removeHandler(self._handler)

    def add(self, line: LogLine) -> None:
        """Keep a line; the oldest ones go. May be called on any thread."""
        with self._lock:
            self._lines.append(line)
            self._count += 1
            self._characters += len(line.text)
            while len(self._lines) > MOST_LINES or self._characters > MOST_CHARACTERS:
                self._characters -= len(self._lines.popleft().text)
            tell, self._told = not self._told, True
        if tell:
            self.grown.emit()

    def since(self, number: int) -> tuple[list[LogLine], int]:
        """Lines after the first ``number`` ever logged, and how many there are by now."""
        with self._lock:
            self._told = False
            new = min(self._count - number, len(self._lines))
            lines = [self._lines[i] for i in range(len(self._lines) - new, len(self._lines))]
            return lines, self._count


class _BookHandler(logging.Handler):
    def __init__(self, book: LogBook) -> None:
        super().__init__(logging.INFO)
        self._book = book
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception:
            self.handleError(record)
            return
        if len(text) > LONGEST_TEXT:
            text = f"{text[:LONGEST_TEXT]}… ({len(text):,} characters)"
        source = record.name.removeprefix(f"{ROOT}.")
        self._book.add(LogLine(record.created, record.levelno, source, text))


_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_qt_messages() -> None:
    """Have what Qt says in the log too."""
    qt = logging.getLogger(f"{ROOT}.qt")
    qInstallMessageHandler(lambda kind, _context, text: qt.log(_QT_LEVELS[kind], "%s", text))
