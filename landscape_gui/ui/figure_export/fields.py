"""Fields of the figure dialog that no other dialog has; each says ``edited`` when it changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from landscape_gui.figures.spec import Range, Source
from landscape_gui.specs import UserError
from landscape_gui.ui.figure_export.screen import Entry
from landscape_gui.ui.panels.parts import label

_MOST_ROWS, _LEAST_ROWS = 6, 2
_SOURCE = Qt.ItemDataRole.UserRole


class NumberPair(QWidget):
    """From one number to another; without both it means everything."""

    edited = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.low, self.high = QLineEdit(), QLineEdit()
        for edit, end in ((self.low, "from"), (self.high, "to")):
            edit.setAccessibleName(f"{name} {end}")
            edit.setPlaceholderText("all")
            edit.textEdited.connect(self.edited)
        row.addWidget(self.low, 1)
        row.addWidget(label("to", "muted"))
        row.addWidget(self.high, 1)

    def span(self) -> Range | None:
        """The two numbers; None for everything.

        Raises
        ------
        UserError
            If they are none, or do not ascend.
        """
        texts = [edit.text().strip() for edit in (self.low, self.high)]
        if not any(texts):
            return None
        low, high = (self._number(text) for text in texts)
        if not low < high:
            raise UserError(f"{self._name}: {low:g} is not below {high:g}.", "Swap the two.")
        return low, high

    def show_span(self, span: Range | None) -> None:
        """Show two numbers, or none."""
        for edit, value in zip((self.low, self.high), span or (None, None), strict=True):
            edit.setText("" if value is None else f"{value!r}".removesuffix(".0"))

    def _number(self, text: str) -> float:
        try:
            value = float(text.replace(",", ".").replace("−", "-"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            what = f"“{text}” is no number" if text else "one of the numbers is missing"
            raise UserError(f"{self._name}: {what}.", "Leave both fields empty for everything.")
        return value


class LimitsField(QWidget):
    """Limits of the values: those on the screen, those of the data, or one's own."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_screen: Range | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.which = QComboBox()
        self.which.setAccessibleName("Limits")
        self.numbers = NumberPair("Limits")
        self.numbers.edited.connect(self.edited)
        self.which.currentIndexChanged.connect(self._choose)
        row.addWidget(self.which)
        row.addWidget(self.numbers, 1)

    def offer(self, on_screen: Range | None) -> None:
        """Begin with the limits on the screen, or with those of the data."""
        self._on_screen = on_screen
        self.which.blockSignals(True)
        self.which.clear()
        if on_screen is not None:
            self.which.addItem("As on screen", "screen")
        self.which.addItem("Of the data", "data")
        self.which.addItem("Own", "own")
        self.which.blockSignals(False)
        self._show()

    def span(self) -> Range | None:
        """The limits; None for those of the data.

        Raises
        ------
        UserError
            If one's own are none.
        """
        match self.which.currentData():
            case "screen":
                return self._on_screen
            case "own":
                return self.numbers.span()
        return None

    def _choose(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        which = self.which.currentData()
        self.numbers.setEnabled(which == "own")
        if which == "screen":
            self.numbers.show_span(self._on_screen)
        elif which == "data":
            self.numbers.show_span(None)


class SourceList(QListWidget):
    """What is in the figure: ticked, and in the order of the list."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Landscapes in the figure")
        self.setToolTip("Ticked ones are in the figure, in this order; drag them to change it.")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemChanged.connect(self.edited)
        self.model().rowsMoved.connect(self.edited)

    def offer(self, entries: Sequence[Entry], chosen: Sequence[Source]) -> None:
        """List what there is, with these ticked: they come first, in their order."""
        self.blockSignals(True)
        self.clear()
        places = {source: place for place, source in enumerate(chosen)}
        for entry in sorted(entries, key=lambda e: places.get(e.source, len(places))):
            item = QListWidgetItem(entry.title)
            item.setToolTip(f"{entry.title}\n{entry.source.file}")
            item.setData(_SOURCE, entry.source)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
            ticked = entry.source in places
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        self.blockSignals(False)
        self.setFixedHeight(self.sizeHint().height())

    def chosen(self) -> tuple[Source, ...]:
        """The ticked ones from top to bottom."""
        items = (self.item(row) for row in range(self.count()))
        return tuple(i.data(_SOURCE) for i in items if i.checkState() == Qt.CheckState.Checked)

    def sizeHint(self) -> QSize:
        """As high as its rows, if they are few."""
        rows = min(max(self.count(), _LEAST_ROWS), _MOST_ROWS)
        height = rows * max(self.sizeHintForRow(0), 18) + 2 * self.frameWidth() + 4
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(80, self.sizeHint().height())
