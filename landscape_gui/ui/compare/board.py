"""Where the compared panels stand: beside each other or below, whichever makes them larger."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from landscape_gui.ui.compare.comparison import MOST_PANELS
from landscape_gui.ui.compare.montage import Cell
from landscape_gui.ui.compare.panel import LEAST_HEIGHT, LEAST_WIDTH, ComparePanel

_GAP = 8
_ROOM_FOR_NAMES = 330


class Board(QScrollArea):
    """A grid of panels that scrolls where there is too little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board = QWidget()
        self.board.setProperty("role", "board")
        self._grid = QGridLayout(self.board)
        self._grid.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self._grid.setSpacing(_GAP)
        self._panels: Sequence[ComparePanel] = ()
        self._columns = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(self.board)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def take_out(self, panel: ComparePanel) -> None:
        """Remove a panel for good."""
        self._grid.removeWidget(panel)
        panel.hide()
        panel.deleteLater()

    def place(self, panels: Sequence[ComparePanel], wanted: int, force: bool = False) -> None:
        """Put panels into their cells.

        Parameters
        ----------
        wanted
            Number of columns; 0 for what makes the panels largest.
        force
            Also where the number of columns stays.
        """
        count = len(panels)
        self._panels = panels
        columns = wanted or best_columns(count, self.viewport().size())
        if not force and columns == self._columns:
            return
        self._columns = columns
        for panel in panels:
            self._grid.removeWidget(panel)
        for k in range(max(self._grid.columnCount(), columns)):
            self._grid.setColumnStretch(k, 1 if k < columns else 0)
        rows = -(-count // columns) if columns else 0
        for k in range(max(self._grid.rowCount(), rows)):
            self._grid.setRowStretch(k, 1 if k < rows else 0)
        for k, panel in enumerate(panels):
            last_alone = k == count - 1 and count % columns == 1 and columns == 2
            self._grid.addWidget(panel, k // columns, k % columns, 1, 2 if last_alone else 1)
            panel.show()

    @property
    def crowded(self) -> bool:
        """Whether panels are so small that one legend for all says what their markers are."""
        rows = -(-len(self._panels) // max(self._columns, 1))
        least = self.viewport().height() / max(rows, 1)
        return len(self._panels) > MOST_PANELS or least < _ROOM_FOR_NAMES

    @property
    def cells(self) -> list[Cell]:
        """Where each panel stands."""
        columns = max(self._columns, 1)
        return [Cell(k // columns, k % columns, panel) for k, panel in enumerate(self._panels)]


def best_columns(count: int, room: QSize) -> int:
    """How many panels beside each other make each as large as it can be."""
    if count <= 1:
        return 1

    def size(columns: int) -> float:
        rows = -(-count // columns)
        width = (room.width() - _GAP * (columns + 1)) / columns
        height = (room.height() - _GAP * (rows + 1)) / rows - 90
        # A panel narrower than its least width is scrolled to: as good as not there.
        return min(width, 1.25 * height) if width >= LEAST_WIDTH else width - LEAST_WIDTH - 1e3

    most = min(count, MOST_PANELS)
    # Of layouts as good as each other the one without holes.
    best = max(range(1, most + 1), key=lambda c: (round(size(c)), -(-count % c), c))
    return best if count != 3 or best != 2 or room.height() >= 2 * LEAST_HEIGHT else 3
