"""Which of the open landscapes a report is about, and whether their files have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.run_naming import run_titles

# What a file was like: its time of change and size; None if there is none.
Mark: TypeAlias = tuple[int, int] | None
MOST_ROWS = 7


class FileChoice(QListWidget):
    """Open landscapes to tick; as high as it has to be.

    Attributes
    ----------
    edited
        Others are ticked.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Landscapes in the report")
        make_plain(self)
        self.itemChanged.connect(self.edited)

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The landscapes that are ticked."""
        return tuple(
            _path(item) for item in self._items() if item.checkState() == Qt.CheckState.Checked
        )

    def choose(self, paths: Sequence[Path]) -> None:
        """Tick these."""
        self.blockSignals(True)
        for item in self._items():
            _tick(item, _path(item) in paths)
        self.blockSignals(False)
        self.edited.emit()

    def show_landscapes(self, landscapes: Mapping[Path, LandscapeModel]) -> None:
        """List what is open: what was ticked stays so, and what is new is ticked."""
        known, chosen = {_path(item) for item in self._items()}, set(self.chosen)
        self.blockSignals(True)
        self.clear()
        for path, name in run_titles(landscapes.values()).items():
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setToolTip(str(path))
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
            )
            _tick(item, path in chosen or path not in known)
            self.addItem(item)
        self.blockSignals(False)
        rows = min(MOST_ROWS, max(2, self.count()))
        self.setFixedHeight(rows * max(20, self.sizeHintForRow(0)) + 4)
        self.edited.emit()

    def _items(self) -> Iterable[QListWidgetItem]:
        return (self.item(row) for row in range(self.count()))


def make_plain(view: QListWidget) -> None:
    """The look of the lists beside a report."""
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setFrameShape(QFrame.Shape.NoFrame)


def mark_of(path: Path) -> Mark:
    """What tells a changed file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def changes_since(marks: Mapping[Path, Mark], measured: Path | None = None) -> str:
    """Which files are no longer as they were, in words; empty if all are.

    One that is being measured changes all the time: that is no news before its job has ended.
    """
    changed = [path for path, mark in marks.items() if path != measured and mark_of(path) != mark]
    gone = [path for path in changed if mark_of(path) is None]
    if gone:
        return f"{gone[0]} is gone; the report shows what was in it."
    if changed:
        names = ", ".join(path.name for path in changed)
        verb = "has" if len(changed) == 1 else "have"
        return f"{names} {verb} changed since the report was made."
    return ""


def _path(item: QListWidgetItem) -> Path:
    return item.data(Qt.ItemDataRole.UserRole)


def _tick(item: QListWidgetItem, on: bool) -> None:
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
