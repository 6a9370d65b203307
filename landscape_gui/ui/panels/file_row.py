"""A row to press with a title and a line of details: a sample or a recent file."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from landscape_gui.ui.icons import set_icon
from landscape_gui.ui.panels.parts import ElidedLabel


class RowButton(QPushButton):
    """A button of two lines, each cut where it does not fit."""

    def __init__(self, title: str, details: str, tip: str = "") -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.setAccessibleName(", ".join(filter(None, (title, details))))
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(1)
        self.title = ElidedLabel(role="heading")
        self.details = ElidedLabel(role="muted", elide=Qt.TextElideMode.ElideRight)
        for line, text in ((self.title, title), (self.details, details)):
            line.setText(text)
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(line)
            if not text:
                line.hide()

    def sizeHint(self) -> QSize:
        """As high as its lines; a layout of labels that are not shown yet knows nothing."""
        lines = [line for line in (self.title, self.details) if line.text()]
        heights = [line.fontMetrics().height() for line in lines]
        return QSize(200, sum(heights) + len(lines) + 12)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(60, self.sizeHint().height())


class RecentRow(QWidget):
    """A recent file: press it to open it, or take it off the list.

    Attributes
    ----------
    opened, removed
        It was pressed; it was taken off.
    """

    opened = Signal()
    removed = Signal()

    def __init__(self, title: str, details: str, path: str, missing: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.open_button = RowButton(title, details, path)
        self.open_button.setEnabled(not missing)
        self.open_button.clicked.connect(self.opened)
        row.addWidget(self.open_button, 1)
        self.remove_button = QToolButton()
        self.remove_button.setToolTip("Take off this list; the file stays")
        self.remove_button.setAccessibleName(f"Take {title} off the list")
        set_icon(self.remove_button, "close")
        self.remove_button.clicked.connect(self.removed)
        # Aligned, or its fixed height would be the most that the row may have.
        row.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignVCenter)
