"""The command palette: type a few letters of anything that the window can do, press Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.palette_entries import PaletteEntry, Ranked, rank
from landscape_gui.ui.panels.parts import label

WIDTH, ROWS = 620, 11
_RANKED = Qt.ItemDataRole.UserRole
_MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class CommandPalette(QDialog):
    """A line to type in over a list; closes when something is chosen or one clicks elsewhere.

    Parameters
    ----------
    entries
        All there is to choose from.
    recent
        Titles used of late, the newest first; the chosen one is put in front.
    """

    def __init__(self, entries: Sequence[PaletteEntry], recent: list[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._entries, self._recent = entries, recent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName("Command palette")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        card = QFrame()
        card.setProperty("role", "card")
        outer.addWidget(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type what you want to do, or a landscape to look at")
        self.search.setAccessibleName("Search all commands")
        self.search.setMinimumHeight(26)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._fill)
        column.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("role", "plain")
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line keeps the keyboard
        self.list.itemClicked.connect(self._run)
        column.addWidget(self.list)
        self.nothing = label("Nothing is called that.", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.nothing)
        self._fill("")
        self._place(parent)

    def titles(self) -> list[str]:
        """What is listed now, from the top."""
        return [_ranked(self.list.item(row)).entry.title for row in range(self.list.count())]

    def run_current(self) -> None:
        """Do what is highlighted."""
        item = self.list.currentItem()
        if item is not None:
            self._run(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while one types."""
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
                self._move(Qt.Key(event.key()))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if event.type() == QEvent.Type.KeyPress:
                    self.run_current()
                return True
        return super().eventFilter(watched, event)

    # -- inside --------------------------------------------------------------------------------

    def _place(self, window: QWidget) -> None:
        wide = min(WIDTH, window.width() - 24)
        row = self.list.sizeHintForRow(0) if self.list.count() else 30
        self.list.setFixedHeight(min(ROWS * row + 4, max(3 * row, window.height() - 150)))
        self.setFixedWidth(wide)
        self.adjustSize()
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - wide) // 2, corner.y() + 44)

    def _fill(self, query: str) -> None:
        self.list.clear()
        for ranked in rank(query, self._entries, self._recent):
            item = QListWidgetItem(self.list)
            entry = ranked.entry
            item.setData(_RANKED, ranked)
            words = ", ".join(filter(None, (entry.title, entry.detail, entry.keys)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setToolTip(entry.title)
            if not entry.enabled:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.setCurrentRow(0)
        found = bool(self.list.count())
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        if not found:
            self.nothing.setFixedHeight(self.list.height())

    def _move(self, key: Qt.Key) -> None:
        count, row = self.list.count(), self.list.currentRow()
        if not count:
            return
        match key:
            case Qt.Key.Key_Up:
                row = (row - 1) % count
            case Qt.Key.Key_Down:
                row = (row + 1) % count
            case Qt.Key.Key_PageUp:
                row = max(0, row - ROWS + 1)
            case _:
                row = min(count - 1, row + ROWS - 1)
        self.list.setCurrentRow(row)

    def _run(self, item: QListWidgetItem) -> None:
        entry = _ranked(item).entry
        if not entry.enabled:
            return
        if entry.title in self._recent:
            self._recent.remove(entry.title)
        self._recent.insert(0, entry.title)
        self.accept()
        # Once this is gone: a dialog that opens now would lose the focus to it.
        QTimer.singleShot(0, entry.run)


def _ranked(item: QListWidgetItem) -> Ranked:
    ranked = item.data(_RANKED)
    assert isinstance(ranked, Ranked)
    return ranked


class _RowDelegate(QStyledItemDelegate):
    """Title with the matching letters bold; detail and shortcut muted to the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, QFontMetrics(option.font).height() + 14)  # type: ignore[attr-defined]

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        ranked = index.data(_RANKED)
        if not isinstance(ranked, Ranked):
            return
        painter.save()
        widget: QWidget = option.widget  # type: ignore[attr-defined]
        style = widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        group = QPalette.ColorGroup.Active if ranked.entry.enabled else QPalette.ColorGroup.Disabled
        text = palette.color(group, QPalette.ColorRole.Text)
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        font = QFont(option.font)  # type: ignore[attr-defined]
        rect = option.rect.adjusted(10, 0, -10, 0)  # type: ignore[attr-defined]
        metrics = QFontMetrics(font)
        aside = "   ".join(filter(None, (ranked.entry.detail, ranked.entry.keys)))
        aside = metrics.elidedText(aside, Qt.TextElideMode.ElideLeft, rect.width() // 2)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(muted if ranked.entry.enabled else text)
        painter.drawText(rect, int(right), aside)
        room = rect.width() - metrics.horizontalAdvance(aside) - 16
        painter.setPen(text)
        _draw_matched(painter, rect.x(), rect, room, ranked, font)
        painter.restore()


def _draw_matched(
    painter: QPainter,
    x: int,
    rect: QRect,
    room: int,
    ranked: Ranked,
    font: QFont,
) -> None:
    """Draw a title letter group by letter group; cut with dots where it does not fit."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.Bold)
    title, hits = ranked.entry.title, set(ranked.positions)
    # Bold letters are wider: cut so that the whole would fit in bold.
    shown = QFontMetrics(bold).elidedText(title, Qt.TextElideMode.ElideRight, room)
    start = 0
    while start < len(shown):
        hit = start in hits
        end = start + 1
        while end < len(shown) and (end in hits) == hit:
            end += 1
        part = shown[start:end]
        painter.setFont(bold if hit else font)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(x - rect.x(), 0, 0, 0), int(left), part)
        x += QFontMetrics(bold if hit else font).horizontalAdvance(part)
        start = end
