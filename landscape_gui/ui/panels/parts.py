"""Small parts that the panels are made of; their look is in the style sheet, by ``role``."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.icons import set_icon

SPACING = 8
MARGIN = 12
CELL_PADDING = 8
SCALES = (("linear", "Linear"), ("log", "Log"))


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label whose look is given by its role: heading, title, muted, warning."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    if wrap:
        made.setMinimumWidth(1)  # a long path must not make the window wider
    return made


def button(text: str, role: str = "", tip: str = "", icon: str = "") -> QPushButton:
    """A push button; role ``primary`` is the one thing to do, ``quiet`` has no frame."""
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    if tip:
        made.setToolTip(tip)
    if icon:
        set_icon(made, icon)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget that is shown already another look."""
    if (widget.property("role") or "") != role:
        widget.setProperty("role", role)
        widget.style().polish(widget)


def rule() -> QFrame:
    """A thin horizontal line."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.NoFrame)
    line.setProperty("role", "rule")
    line.setFixedHeight(1)
    return line


class Section(QWidget):
    """A headed part of a side panel; put content into ``body``."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.setSpacing(SPACING)
        self.head = QHBoxLayout()
        self.heading = label(title, "heading")
        self.head.addWidget(self.heading, 1)
        outer.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACING)
        outer.addLayout(self.body)


class ElidedLabel(QLabel):
    """A label that is cut where it does not fit, with the whole as its tool tip.

    Names are cut in the middle, as their ends differ; sentences with ``elide`` at their end.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        parent: QWidget | None = None,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(text, parent)
        self._head, self._stays, self._elide = "", "", elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str, stays: str = "", head: str = "") -> None:
        """Show a text, with a start and an end that stay whole as long as they fit."""
        self._head, self._stays = head, stays
        super().setText(head + text + stays)
        self.setToolTip(head + text + stays)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(20, super().minimumSizeHint().height())

    def shown_text(self) -> str:
        """As much of the text as fits."""
        metrics = QFontMetrics(self.font())
        text = self.text()
        for head in (self._head, ""):
            room = self.width() - metrics.horizontalAdvance(head + self._stays)
            if (head or self._stays) and room > 3 * metrics.averageCharWidth():
                middle = text.removeprefix(head).removesuffix(self._stays)
                text = head + metrics.elidedText(middle, self._elide, room) + self._stays
                break
        return metrics.elidedText(text, self._elide, self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        alignment = int(self.alignment() | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(self.rect(), alignment, self.shown_text())


class Segmented(QWidget):
    """A row of buttons of which one is on.

    Attributes
    ----------
    chosen
        Key of the button that the user pressed.
    """

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("role", "segmented")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for index, (key, text) in enumerate(choices):
            segment = QPushButton(text)
            segment.setCheckable(True)
            segment.setProperty("segment", _place(index, len(choices)))
            segment.setCursor(Qt.CursorShape.PointingHandCursor)
            segment.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(segment)
            self.buttons[key] = segment
            row.addWidget(segment)
        self._group.buttonClicked.connect(self._clicked)

    def set_current(self, key: str) -> None:
        """Show a key as the one that is on; says nothing."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def set_available(self, keys: Sequence[str]) -> None:
        """Disable all but these."""
        for key, segment in self.buttons.items():
            segment.setEnabled(key in keys)

    def _clicked(self, pressed: QPushButton) -> None:
        for key, segment in self.buttons.items():
            if segment is pressed:
                self.chosen.emit(key)


def _place(index: int, count: int) -> str:
    if index == 0:
        return "first"
    return "last" if index == count - 1 else "middle"


class _TwoLines(QStyledItemDelegate):
    """Draws what follows a line break below the first line, in the muted colour."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        first, broken, second = str(index.data() or "").partition("\n")
        if not broken:
            super().paint(painter, option, index)
            return
        painter.save()
        rect = option.rect.adjusted(3, CELL_PADDING // 2, -3, 0)  # pyright: ignore[reportAttributeAccessIssue]
        palette = option.palette  # pyright: ignore[reportAttributeAccessIssue]
        side = Qt.AlignmentFlag.AlignTop | (_alignment(index.column()) & ~_VERTICALLY)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(rect, side, first)
        rect.translate(0, option.fontMetrics.height())  # pyright: ignore[reportAttributeAccessIssue]
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(rect, side, second)
        painter.restore()


class NumberTable(QTableWidget):
    """A quiet table to read from, as tall as its rows: text to the left, numbers to the right.

    A text may have a second line, which is drawn muted.
    """

    def __init__(self, columns: Sequence[str], name: str, most_rows: int = 12) -> None:
        super().__init__(0, len(columns))
        self._most_rows = most_rows
        self._rows: tuple[tuple[str, ...], ...] | None = None
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(columns))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "plain")
        self.setItemDelegate(_TwoLines(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for column in range(len(columns)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(_alignment(column))

    def set_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these texts."""
        # Every cell set means a repaint of the window, 3D scene and all.
        if tuple(map(tuple, rows)) == self._rows:
            return
        self._rows = tuple(map(tuple, rows))
        self.setRowCount(len(rows))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                item = self.item(r, c)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(_alignment(c))
                    self.setItem(r, c, item)
                item.setText(text)
        self.setVisible(bool(rows))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Rows are as high as the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._rows is not None:
            QTimer.singleShot(0, self, self._fit)  # the header hears of it after the table

    def _fit(self) -> None:
        rows = self._rows or ()
        lines = max((text.count("\n") + 1 for row in rows for text in row), default=1)
        height = lines * self.fontMetrics().height() + CELL_PADDING
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(height)
        shown = min(len(rows), self._most_rows)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * height + 2)

    def text(self, row: int, column: int) -> str:
        """What a cell shows."""
        item = self.item(row, column)
        return item.text() if item is not None else ""


_VERTICALLY = Qt.AlignmentFlag.AlignVertical_Mask


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
