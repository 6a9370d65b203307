"""The recent files, with what is known of them: run, task, size, age, and whether they are gone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from landscape_gui.store.places import landscape_stem
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import RecentFile, Settings

MINUTE, HOUR, DAY, MONTH, YEAR = 60, 3600, 86_400, 30 * 86_400, 365 * 86_400
# Each unit up to where the next one says enough.
_UNITS = (
    ("minute", MINUTE, HOUR),
    ("hour", HOUR, DAY),
    ("day", DAY, 2 * MONTH),
    ("month", MONTH, 2 * YEAR),
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A recent file as it is on disk.

    Attributes
    ----------
    file
        What is remembered of it.
    size
        Bytes; None while not known.
    modified
        Seconds since the epoch; None while not known.
    missing
        Whether it is gone.
    """

    file: RecentFile
    size: int | None = None
    modified: float | None = None
    missing: bool = False

    @property
    def title(self) -> str:
        """The run's name where it is known, else the file's."""
        return self.file.run or landscape_stem(self.file.path)

    def details(self, now: float | None = None) -> str:
        """Task, size and age in a few words."""
        parts = [self.file.task]
        if self.missing:
            parts.append("not there any more")
        if self.size is not None:
            parts.append(size_words(self.size))
        if self.modified is not None:
            parts.append(age_words((time.time() if now is None else now) - self.modified))
        return "  ·  ".join(part for part in parts if part)


class RecentFiles(QObject):
    """Remembers what was opened and looks at the files off the GUI thread: a disk may sleep.

    Attributes
    ----------
    changed
        ``facts`` are others now.
    """

    changed = Signal()
    _looked = Signal(object)

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self.facts: tuple[FileFacts, ...] = tuple(FileFacts(file) for file in settings.recent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._looked.connect(self._take)
        session.file_opened.connect(self._add)
        self.refresh()

    def refresh(self) -> None:
        """Look at the files anew."""
        files = tuple(self._settings.recent)
        known = {facts.file.path: facts for facts in self.facts}
        self._show(
            tuple(
                FileFacts(f, known[f.path].size, known[f.path].modified, known[f.path].missing)
                if f.path in known
                else FileFacts(f)
                for f in files
            )
        )
        self._pool.start(_Look(self._looked, files))

    def remove(self, path: Path) -> None:
        """Forget a file; it stays on disk."""
        self._settings.remove_recent(path)
        self._show(tuple(facts for facts in self.facts if facts.file.path != path))

    def clear(self) -> None:
        """Forget all files."""
        self._settings.clear_recent()
        self._show(())

    def wait(self) -> None:
        """Wait until nothing is being looked at; for the end of the program."""
        self._pool.clear()
        self._pool.waitForDone()

    def _add(self, path: Path) -> None:
        run = self._session.landscapes[path].run
        self._settings.add_recent(RecentFile(path, run.name, run.task))
        self.refresh()

    def _take(self, facts: tuple[FileFacts, ...]) -> None:
        if [f.file for f in facts] == self._settings.recent:
            self._show(facts)

    def _show(self, facts: tuple[FileFacts, ...]) -> None:
        if facts != self.facts:
            self.facts = facts
            self.changed.emit()


class _Look(QRunnable):
    def __init__(self, answer: object, files: tuple[RecentFile, ...]) -> None:
        super().__init__()
        self._answer, self._files = answer, files

    def run(self) -> None:
        self._answer.emit(tuple(_facts(file) for file in self._files))  # type: ignore[attr-defined]


def _facts(file: RecentFile) -> FileFacts:
    try:
        status = file.path.stat()
    except OSError:
        return FileFacts(file, missing=True)
    return FileFacts(file, status.st_size, status.st_mtime)


def size_words(size: int) -> str:
    """Bytes in a unit that keeps the number short."""
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def age_words(seconds: float) -> str:
    """How long ago, to the accuracy that one remembers."""
    if seconds < MINUTE:
        return "just now"
    for unit, length, end in _UNITS:
        if seconds < end:
            return _ago(int(seconds // length), unit)
    return _ago(int(seconds // YEAR), "year")


def _ago(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
